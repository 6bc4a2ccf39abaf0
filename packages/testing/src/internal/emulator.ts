import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Ref from "effect/Ref"
import type { Emulator, Options } from "../Emulator.ts"
import * as commands from "./commands.ts"
import * as directory from "./directory.ts"
import * as exchange from "./exchange.ts"
import * as ids from "./ids.ts"
import * as levers from "./levers.ts"
import * as logs from "./log.ts"
import { serve } from "./serve.ts"
import * as settings from "./settings.ts"

/** An emulator that nothing has happened to yet, as the clock and the generator of this moment make it. */
export const make = (options: Options): Effect.Effect<Emulator["Type"]> =>
  Effect.gen(function* () {
    const random = ids.make(yield* Random.nextInt)
    const state = yield* Ref.make(initial(options, yield* Clock.currentTimeMillis))
    const log = logs.make(options.log ?? 10_000)
    const on = levers.act(state)
    const { sessionId = random } = options
    return {
      ...levers.make(state),
      handle: serve(state, log, commands.make(options.commands ?? {}), { sessionId, messageId: random }),
      account: ({ apiId, user }) =>
        levers.make(state, { apiId: directory.reveal(apiId), user: directory.reveal(user) }),
      lockIp: on({ kind: "lockIp" }),
      unlockIp: on({ kind: "unlockIp" }),
      fail: (fault, { operation = "any", times = 1 } = {}) =>
        times < 1 ? Effect.void : Ref.update(state, exchange.enqueue({ on: operation, times, fault })),
      calm: (operation = "any") => Ref.update(state, exchange.lift(operation)),
      log: Effect.sync(log.entries)
    }
  })

const initial = (options: Options, now: number): exchange.State => ({
  service: settings.make(options, now),
  pending: [],
  script: options.script ?? [],
  seen: 0
})
