import * as Credentials from "@effect-clickatell/core/Credentials"
import * as SessionMap from "@effect-clickatell/core/SessionMap"
import { Transport } from "@effect-clickatell/core/Transport"
import { Console, Duration, Effect } from "effect"
import { performance } from "node:perf_hooks"
import { credentialsOf } from "./account.ts"
import type { Arguments } from "./arguments.ts"
import * as heap from "./heap.ts"
import type { Findings } from "./judge.ts"
import type { Service } from "./service.ts"

type Task = Omit<Arguments, "json">

/** The longest that a request may take, in milliseconds, which has to fit between interval and life. */
export const timeout = ({ interval, life }: Task): number => Math.min(15_000, (life - interval) * 800)

/** Keeps a session for each account through two intervals. */
export const keep = ({ count, interval, life }: Task, service: Service) =>
  Effect.gen(function* () {
    const keys = Array.from(Array(count).keys())
    const { longest, transport } = timed(yield* Transport)
    const before = yield* Effect.promise(heap.settled)
    const map = yield* SessionMap.make({
      credentials: (key: number) => Credentials.make(credentialsOf(key)),
      life: life * 1000,
      margin: life * 50,
      keepAlive: { interval: interval * 1000, floor: interval * 500 },
      limits: { logins: 64, loginsPerMinute: 1_000_000, pings: 64 }
    }).pipe(Effect.provideService(Transport, transport))
    yield* Effect.forEach(keys, (key) => map.get(key).open, { concurrency: 64, discard: true })
    const start = yield* service.report(count)
    yield* Console.error(`${count} sessions after ${start.at.toFixed(0)} s; two intervals of ${interval} s follow`)
    yield* Effect.sleep(interval * 1000)
    const [collecting, first] = yield* Effect.timed(Effect.promise(heap.settled))
    yield* Effect.sleep(interval * 1000)
    const second = yield* Effect.promise(heap.settled)
    const end = yield* service.report(count)
    const { ready } = yield* map.status
    return {
      count,
      interval,
      alive: end.sessions,
      ready,
      pinged: end.pinged,
      logins: end.logins,
      loggedInOnce: end.loggedInOnce,
      smallestGap: end.smallestGap,
      longestPing: longest(),
      collection: Duration.toSeconds(collecting),
      pingsASecond: (end.pings - start.pings) / (end.at - start.at),
      mostInASecond: end.mostInASecond,
      heap: { before, first, second }
    } satisfies Findings
    // The sessions end before their transport does.
  }).pipe(Effect.scoped)

/** The same transport, with the seconds that the longest ping took. */
const timed = (transport: Transport["Type"]) => {
  let longest = 0
  return {
    longest: () => longest,
    transport: {
      ...transport,
      send: ((envelope) =>
        Effect.suspend(() => {
          const start = performance.now()
          const note = Effect.sync(() => {
            if (envelope.operation === "ping") longest = Math.max(longest, (performance.now() - start) / 1000)
          })
          return Effect.ensuring(transport.send(envelope), note)
        })) satisfies Transport["Type"]["send"]
    }
  }
}
