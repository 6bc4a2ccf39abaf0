import type * as ConfigError from "effect/ConfigError"
import * as Data from "effect/Data"
import type { CommandError } from "@effect-clickatell/core/Errors"
import type { ScriptError } from "@effect-clickatell/testing/Script"

/** What a command can end with, other than success. */
export type Failure = CommandError | ConfigError.ConfigError | ScriptError | ListenError

/** The emulator's port cannot be had. */
export class ListenError extends Data.TaggedError("ListenError")<{ readonly port: number }> {
  override get message(): string {
    return `emulate: cannot listen on port ${this.port}: choose another with --port, or 0 for any`
  }
}

/** The process is to end with this code; what there is to say has been said. */
export class Exit extends Data.TaggedError("Exit")<{ readonly code: number }> {}

const codes: Readonly<Record<CommandError["_tag"], number>> = {
  AuthFailed: 3,
  ApiError: 4,
  SoapFault: 5,
  MalformedReply: 6,
  TransportError: 7,
  InvalidParameters: 2
}

/** 2 is the caller's usage or configuration; each error of the service has a code of its own. */
export const of = (failure: Failure): number =>
  "_tag" in failure && failure._tag in codes ? codes[failure._tag as CommandError["_tag"]] : 2
