import type { Reading, Register } from "@effect-clickatell/core/SessionStore"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { Connection } from "./connection.ts"
import { RedisFailure } from "./failure.ts"
import * as gate from "./gate.ts"
import * as scripts from "./scripts.ts"

/** The texts that a Redis holds, replaced by scripts, between whose steps nothing else comes. */
export const make = (connection: Connection): Effect.Effect<Register<RedisFailure>, never, Scope.Scope> =>
  Effect.gen(function* () {
    const pass = yield* gate.make(connection)
    const read = yield* scripts.read
    const replace = yield* scripts.replace
    const run = (script: scripts.Script, name: string, ...args: ReadonlyArray<string>) =>
      pass.pipe(
        Effect.zipRight(scripts.run(connection, script, name, ...args)),
        Effect.tapError((failure) => Effect.logDebug(failure.message)),
        Effect.annotateLogs({ package: "@effect-clickatell/redis", module: "RedisSessionStore" })
      )
    return {
      read: (name) => Effect.flatMap(run(read, name), ([now, value]) => reading(now, value)),
      replace: (name, { expected, life, value }) =>
        Effect.flatMap(
          run(replace, name, value, String(Math.ceil(life)), ...(expected === undefined ? [] : [expected])),
          ([now, held, answer]) => {
            const replaced = answer === "yes"
            return Effect.map(reading(now, replaced ? value : held), (reading) => ({ ...reading, replaced }))
          }
        )
    }
  })

const reading = (now: string | undefined, value: string | undefined): Effect.Effect<Reading, RedisFailure> =>
  now !== undefined && /^\d+$/.test(now)
    ? Effect.succeed({ now: Number(now), value })
    : Effect.fail(new RedisFailure({ reason: "Protocol" }))
