import * as Command from "@effect-clickatell/core/Command"
import type * as Errors from "@effect-clickatell/core/Errors"
import type * as Reply from "@effect-clickatell/core/Reply"
import { Effect, Either, Exit, Option, Redacted, Schema } from "effect"
import type { Answer } from "./codec.ts"
import { answering, sessionId, summary } from "./codec.ts"
import { assert } from "@effect/vitest"
import { errorOf } from "./support.ts"

/** A command of any parameters that gives back its records. */
export const command = <P, I extends { readonly [K in keyof I]: Command.Wire }>(
  parameters: Schema.Schema<P, I>,
  options: Partial<Command.Options<P, I, ReadonlyArray<Reply.Record>>> = {}
) => Command.make("sendmsg", { parameters, decode: Option.some<ReadonlyArray<Reply.Record>>, ...options })

export const none = command(Schema.Struct({}))
export const many = command(Schema.Struct({}), { returns: "many" })

/** The parameters of a command, as the envelope will hold them. */
export const written = <A>({ parameters }: Command.Command<A>): ReadonlyArray<readonly [string, string, unknown]> =>
  Either.getOrThrow(parameters).map(({ name, type, value }) => [
    name,
    type,
    Redacted.isRedacted(value) ? Redacted.value(value) : value
  ])

/** The names of the parameters that cannot be sent. */
export const refused = <A>({ parameters }: Command.Command<A>): ReadonlyArray<string> =>
  Either.match(parameters, { onLeft: (error) => error.parameters, onRight: () => assert.fail("accepted") })

/** Sends a command with a session id to a service of one answer. */
export const run = <A, E extends Errors.InvalidParameters>(
  command: Command.Command<A, E>,
  body: string | Uint8Array,
  answer?: Answer
) => Command.execute(command, sessionId()).pipe(Effect.provide(answering(body, answer)), Effect.exit)

export const outcome = (exit: Exit.Exit<unknown, Errors.CommandError>): unknown =>
  Exit.isSuccess(exit) ? exit.value : summary(errorOf(exit))
