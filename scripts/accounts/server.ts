// The service, in a process of its own so that its memory is not taken for the client's. It tells its address to whoever
// started it, and what it has seen of so many accounts whenever it is sent their number.
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as EmulatorServer from "@effect-clickatell/testing/EmulatorServer"
import { Effect, Layer } from "effect"
import { once } from "node:events"
import { performance } from "node:perf_hooks"
import { credentialsOf, passwordOf } from "./account.ts"
import * as pings from "./pings.ts"

/** What the service has seen so far. */
export interface Report extends pings.Seen {
  /** When, in seconds. */
  readonly at: number
  readonly sessions: number
  readonly logins: number
  /** How many accounts have logged in exactly once. */
  readonly loggedInOnce: number
}

const [life = ""] = process.argv.slice(2)
const seconds = () => performance.now() / 1000

const serve = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const { endpoint } = yield* EmulatorServer.EmulatorServer
  const { add, seen } = pings.make()
  yield* emulator.fail(
    ({ session }) =>
      Effect.as(
        Effect.sync(() => add(session, seconds())),
        undefined
      ),
    {
      operation: "ping",
      times: Infinity
    }
  )
  const report = (count: number): Effect.Effect<Report> =>
    Effect.all({
      at: Effect.sync(seconds),
      sessions: emulator.sessions,
      logins: emulator.logins,
      loggedInOnce: Effect.reduce(Array(count).keys(), 0, (sum, number) =>
        Effect.map(emulator.account(credentialsOf(number)).logins, (logins) => (logins === 1 ? sum + 1 : sum))
      )
    }).pipe(Effect.map((now) => ({ ...now, ...seen() })))
  process.send?.(endpoint("document-literal"))
  return yield* Effect.promise(() => once(process, "message")).pipe(
    Effect.flatMap(([count]) => report(count)),
    Effect.map((report) => process.send?.(report)),
    Effect.forever
  )
})

process.on("disconnect", () => process.exit())

serve.pipe(
  Effect.provide(
    Layer.provideMerge(
      EmulatorServer.layer(),
      Emulator.layer({ accounts: passwordOf, sessionLife: `${Number(life)} seconds`, log: 0, sessions: Infinity })
    )
  ),
  Effect.runFork
)
