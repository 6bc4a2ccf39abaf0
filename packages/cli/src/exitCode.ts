import * as ConfigError from "effect/ConfigError"
import * as Data from "effect/Data"
import type { CommandError } from "@effect-clickatell/core/Errors"
import type { ScriptError } from "@effect-clickatell/testing/Script"

/** What a command can end with, other than success. */
export type Failure = CommandError | ConfigError.ConfigError | ScriptError | ListenError | NoSession

/** The emulator's port cannot be had. */
export class ListenError extends Data.TaggedError("ListenError")<{ readonly port: number }> {
  override get message(): string {
    return `emulate: cannot listen on port ${this.port}: choose another with --port, or 0 for any`
  }
}

/** A watch came to its end without ever having had a session. */
export class NoSession extends Data.TaggedError("NoSession")<{ readonly lastError: string | undefined }> {
  override get message(): string {
    return `watch: no session could be opened in this time: ${this.lastError ?? "no reply yet"}: check with auth --check`
  }
}

/** The process is to end with this code; what there is to say has been said. */
export class Exit extends Data.TaggedError("Exit")<{ readonly code: number }> {}

const codes: ReadonlyMap<string | undefined, number> = new Map<CommandError["_tag"], number>([
  ["AuthFailed", 3],
  ["ApiError", 4],
  ["SoapFault", 5],
  ["MalformedReply", 6],
  ["TransportError", 7]
])

/** 2 is the caller's usage or configuration; each error of the service has a code of its own. */
export const of = (failure: Failure): number => {
  if (ConfigError.isConfigError(failure)) return 2
  // Where nothing was heard at all, no reply is what there is to report.
  if (failure._tag === "NoSession") return codes.get(failure.lastError) ?? 7
  return codes.get(failure._tag) ?? 2
}
