import * as ConfigError from "effect/ConfigError"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import type { CommandError } from "@effect-clickatell/core/Errors"
import type { AccountsError } from "@effect-clickatell/testing/Accounts"
import type { ScriptError } from "@effect-clickatell/testing/Script"

/** What a command can end with, other than success. */
export type Failure = CommandError | ConfigError.ConfigError | AccountsError | ScriptError | ListenError | NoSession

/** The emulator cannot listen there; `code` is the system's name for why. */
export class ListenError extends Data.TaggedError("ListenError")<{
  readonly host: string
  readonly port: number
  readonly code: string | undefined
}> {
  override get message(): string {
    const why = this.code === undefined ? "" : ` (${this.code})`
    return `emulate: cannot listen on ${this.host}, port ${this.port}${why}: choose another with --host or --port, or port 0 for any`
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

/** Ctrl-C is how this command is meant to end; of what an interrupted fiber ends with, only a defect is not dropped. */
export const endedByHand: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R> = Effect.onInterrupt(() =>
  Effect.die(new Exit({ code: 0 }))
)

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
