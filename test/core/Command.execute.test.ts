import * as Command from "@effect-clickatell/core/Command"
import type * as Envelope from "@effect-clickatell/core/Envelope"
import type * as Errors from "@effect-clickatell/core/Errors"
import type * as Reply from "@effect-clickatell/core/Reply"
import type { Transport } from "@effect-clickatell/core/Transport"
import { Effect, Schema } from "effect"
import { answering, reply, sessionId } from "./codec.ts"
import { assert, describe, it } from "@effect/vitest"
import { command, none, outcome, run } from "./commands.ts"

describe("execute", () => {
  it.effect("means a bad login by 001 where no session id was sent, and a dead session where one was", () =>
    Effect.gen(function* () {
      const body = reply("sendmsg", "ERR: 001, Authentication failed")
      const without = yield* Effect.exit(Command.execute(none({})).pipe(Effect.provide(answering(body))))
      assert.strictEqual(outcome(without), "AuthFailed BadCredentials 001")
      assert.strictEqual(outcome(yield* run(none({}), body)), "AuthFailed SessionNotAccepted 001")
    })
  )

  it.effect("sends once, and only when it is run", () =>
    Effect.gen(function* () {
      const sent: Array<Envelope.Envelope> = []
      const effect = Command.execute(none({}), sessionId()).pipe(
        Effect.provide(answering(reply("sendmsg", "ERR: 901, Internal error"), { sent })),
        Effect.exit
      )
      assert.lengthOf(sent, 0)
      yield* effect
      assert.lengthOf(sent, 1)
      yield* effect
      assert.lengthOf(sent, 2)
    })
  )

  it("is not idempotent unless it is said to be", () => {
    assert.isFalse(none({}).idempotent)
    assert.isTrue(command(Schema.Struct({}), { idempotent: true })({}).idempotent)
  })

  it("has a type for each thing it needs and each way it can end", () => {
    const execute = Command.execute(none({}))
    const typed: Effect.Effect<ReadonlyArray<Reply.Record>, Errors.CommandError, Transport> = execute
    const withId: typeof execute = Command.execute(none({}), sessionId())
    assert.isTrue(Effect.isEffect(typed) && Effect.isEffect(withId))
  })
})
