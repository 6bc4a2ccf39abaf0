import { assert } from "@effect/vitest"
import type { Duration } from "effect"
import { Effect } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import type { Setting, Stage } from "./stage.ts"
import { crowd, ends, make } from "./stage.ts"
import { credentials, GetBalance } from "./support.ts"

export const logIn = (stage: Stage) => {
  stage.world.fork(stage.session.open)
  stage.world.advance("1 second")
}

/** Hangs the first time, and never again. */
const hangsOnce = () => {
  let times = 0
  return Effect.suspend(() => ((times += 1) === 1 ? Effect.never : Effect.succeed(credentials())))
}

/** Something that callers wait for, and how far it is. */
export interface Moment {
  readonly name: string
  readonly setting?: () => Setting
  readonly arrange?: (stage: Stage) => void
  readonly call: (stage: Stage) => Effect.Effect<unknown, unknown>
  /** How long the call has been under way. */
  readonly after: Duration.DurationInput
}

export const moments: ReadonlyArray<Moment> = [
  {
    name: "while the provider hangs",
    setting: () => ({ credentials: hangsOnce() }),
    call: ({ session }) => session.ping,
    after: "1 second"
  },
  {
    name: "while the provider hangs where nothing can interrupt it",
    setting: () => ({ credentials: Effect.uninterruptible(hangsOnce()) }),
    call: ({ session }) => session.execute(GetBalance),
    after: "1 second"
  },
  {
    name: "while a login is under way",
    arrange: ({ server }) => server.next("auth", Scripted.never),
    call: ({ session }) => session.open,
    after: "1 second"
  },
  {
    name: "in the back-off of a login",
    arrange: ({ server }) => server.next("auth", Scripted.broken("Timeout")),
    call: ({ session }) => session.use(() => Effect.void),
    after: "2 seconds"
  },
  {
    name: "while a ping is under way",
    arrange: (stage) => {
      logIn(stage)
      stage.server.next("ping", Scripted.never)
    },
    call: ({ session }) => session.ping,
    after: "1 second"
  },
  {
    name: "in the back-off of a ping",
    arrange: (stage) => {
      logIn(stage)
      stage.server.next("ping", Scripted.status(503, "50 seconds"))
    },
    call: ({ session }) => session.ping,
    after: "1 second"
  },
  {
    name: "between the login of a replay and its request",
    arrange: (stage) => {
      logIn(stage)
      stage.world.advance("15 seconds")
      stage.server.expire()
    },
    call: ({ session }) => session.ping,
    after: "200 millis"
  },
  {
    name: "in the login of a replay",
    arrange: (stage) => {
      logIn(stage)
      stage.world.advance("15 seconds")
      stage.server.expire()
      stage.server.next("auth", Scripted.never)
    },
    call: ({ session }) => session.execute(GetBalance),
    after: "500 millis"
  }
]

/** Ten callers in that moment. */
export const begin = (
  { after, arrange, call, name, setting }: Moment,
  wrap = (it: Effect.Effect<unknown, unknown>) => it
) => {
  const stage = make(name, setting?.())
  arrange?.(stage)
  const callers = crowd(stage.world, 10, wrap(call(stage)))
  stage.world.advance(after)
  assert.deepStrictEqual(ends(callers), ["waiting"])
  return { callers, stage }
}
