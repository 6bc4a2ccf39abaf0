import { Dice, shuffled } from "./dice.ts"
import type { Call } from "./interleavingRig.ts"
import { calls, providers, Rig } from "./interleavingRig.ts"
import { faults } from "./interleavingService.ts"

export interface Run {
  readonly violations: ReadonlyArray<string>
  readonly log: ReadonlyArray<string>
  readonly steps: number
  readonly requests: number
}

const latencies = [50, 50, 50, 0, 1, 5000] as const
const times = [10, 500, 5000, 10_000, 60_000, 300_000, 840_000] as const
const commands = 10

type Act = (rig: Rig, dice: Dice) => void

const call: Act = (rig, dice) => {
  const name: Call = dice.pick(calls)
  const deadline = dice.chance(0.1) ? dice.pick([1, 60, 3000]) : undefined
  for (let times = dice.chance(0.3) ? 3 : 1; times > 0; times -= 1) rig.call(name, deadline)
}

const rotate: Act = (rig, dice) => {
  const password = `password-${dice.below(3)}`
  if (dice.chance(0.7)) rig.service.password = password
  if (dice.chance(0.7)) rig.given = password
}

const pass: Act = (rig, dice) => rig.pass(dice.pick(times))
const interrupt: Act = (rig, dice) => rig.interrupt(dice.below(8))
const reset: Act = (rig) => rig.reset()
const expire: Act = (rig) => rig.service.sessions.clear()
const freeze: Act = (rig, dice) => {
  rig.service.frozen = dice.chance(0.3)
}
const change: Act = (rig, dice) => {
  rig.provider = dice.chance(0.5) ? "honest" : dice.pick(providers)
}

/** Each is as likely as the times that it stands here. */
const acts: readonly [Act, ...ReadonlyArray<Act>] = [
  ...([call, call, call, call, call, call, call, call, call] as const),
  ...([pass, pass, pass, pass, pass] as const),
  ...([interrupt, interrupt, reset, reset, expire, expire, rotate, freeze, change] as const)
]

/** One run: commands that come while others are anywhere between their beginning and their end. */
export const run = (seed: number): Run => {
  const dice = new Dice(seed)
  const trouble = dice.pick([0, 0.1, 0.4])
  const rig = new Rig({
    seed: String(seed),
    policy: shuffled(dice, dice.pick([8, 30, 100])),
    keepAlive: dice.pick([undefined, undefined, "renew", "lazy"]),
    fault: () => (dice.chance(trouble) ? dice.pick(faults) : undefined),
    latency: () => dice.pick(latencies),
    callsBack: seed % 2 === 1
  })
  const closing = dice.chance(0.2) ? dice.below(commands) : commands
  for (let turn = 0; turn < closing && rig.watch.violations.length === 0; turn += 1) {
    dice.pick(acts)(rig, dice)
    wander(rig, dice)
  }
  if (closing < commands) {
    rig.close()
    rig.ended()
  } else {
    rig.provider = "honest"
    rig.finish()
  }
  const { log, requests, violations } = rig.watch
  return { violations, log, requests, steps: rig.steps }
}

/** Takes some steps, and lets time pass where nothing can run: most commands so find others half done. */
const wander = (rig: Rig, dice: Dice) => {
  for (let steps = dice.below(dice.pick([2, 20, 200])); steps > 0; steps -= 1) {
    if (rig.step()) continue
    rig.compare()
    if (!rig.world.tick("1 minute")) return
  }
}
