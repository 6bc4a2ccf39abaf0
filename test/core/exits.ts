// A program of its own, run by `Session.lifetime.test.ts`: when it is done, nothing of ours may keep the process.
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import { Effect, Layer } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import { credentials } from "./support.ts"

const server = Scripted.make({ latency: 1 })
const layer = KeepAlive.layer().pipe(
  Layer.provideMerge(Session.layer({ credentials: Effect.succeed(credentials()) })),
  Layer.provide(server.layer)
)

const program = Effect.gen(function* () {
  const session = yield* Session.Session
  yield* session.ping
  // One call is still under way when the program ends, and the keep-alive sleeps.
  server.next("ping", Scripted.never)
  yield* Effect.forkDaemon(session.ping)
  yield* Effect.sleep(5)
})

await Effect.runPromise(Effect.provide(program, layer))
console.log(`done ${server.log.length} ${process.getActiveResourcesInfo().filter((name) => name === "Timeout").length}`)
