// A process that asks a Redis once, says how that went, and closes the connection: it ends unless something is left of it.
import * as Config from "effect/Config"
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { connect, get, reason } from "./client.ts"

const program = Effect.gen(function* () {
  const url = yield* Config.redacted("REDIS")
  const isIdle = yield* Config.withDefault(Config.boolean("IDLE"), false)
  const client = yield* connect({ url }, Duration.millis(500))
  yield* Console.log(isIdle ? "idle" : yield* reason(get(client, "clickatell:name")))
})

Effect.runPromise(Effect.scoped(program))
