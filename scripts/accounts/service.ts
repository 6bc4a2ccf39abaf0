import { Effect } from "effect"
import type { Scope } from "effect"
import type { ChildProcess } from "node:child_process"
import { fork } from "node:child_process"
import { once } from "node:events"
import { join } from "node:path"
import type { Report } from "./server.ts"

/** The service as its client knows it. */
export interface Service {
  readonly endpoint: string
  /** What it has seen of so many accounts. */
  readonly report: (count: number) => Effect.Effect<Report>
}

/** Starts the service in a process of its own, which ends with the scope. */
export const start = (life: number): Effect.Effect<Service, never, Scope.Scope> =>
  Effect.gen(function* () {
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => fork(join(import.meta.dirname, "server.ts"), [String(life)], { serialization: "advanced" })),
      (child) => Effect.sync(() => child.kill())
    )
    return {
      endpoint: yield* hear<string>(child),
      report: (count) =>
        Effect.zipRight(
          Effect.sync(() => child.send(count)),
          hear<Report>(child)
        )
    }
  })

/** What the process says next; dies with it. */
const hear = <A>(child: ChildProcess): Effect.Effect<A> =>
  Effect.raceFirst(
    Effect.promise(async (signal): Promise<A> => {
      const [said] = await once(child, "message", { signal })
      return said
    }),
    Effect.flatMap(
      Effect.promise((signal) => once(child, "exit", { signal })),
      ([code]) => Effect.dieMessage(`the service's process has ended with ${code}`)
    )
  )
