import { Dice } from "./dice.ts"
import type { Parts, Process, Sleep } from "./fleetProcess.ts"
import { calls } from "./fleetProcess.ts"
import type { Plant } from "./fleetRig.ts"
import { Fleet } from "./fleetRig.ts"

export interface Run {
  readonly violations: ReadonlyArray<string>
  readonly log: ReadonlyArray<string>
  readonly steps: number
  readonly requests: number
}

const sizes = [1, 2, 2, 2, 3, 3, 3, 4, 6, 12] as const
const times = [10, 500, 5000, 30_000, 60_000, 300_000, 700_000, 1_000_000] as const
const sleeps = [500, 5000, 17_000, 60_000, 700_000] as const
const outages = [1, 1000, 10_000, 60_000, 1_200_000] as const
const commands = 14

type Act = (fleet: Fleet, dice: Dice) => void

/** Does something to any process that there is. */
const to =
  (act: (process: Process, fleet: Fleet, dice: Dice) => void): Act =>
  (fleet, dice) => {
    const running = fleet.processes.filter(({ state }) => state === "running")
    const process = running[dice.below(running.length)]
    if (process !== undefined) act(process, fleet, dice)
  }

const call = to((process, fleet, dice) => {
  const deadline = dice.chance(0.1) ? dice.pick([1, 60, 3000]) : undefined
  for (let times = dice.chance(0.3) ? 3 : 1; times > 0; times -= 1) fleet.call(process, dice.pick(calls), deadline)
})

const callAll: Act = (fleet, dice) => {
  const name = dice.pick(calls)
  for (const process of fleet.processes) if (process.state === "running") fleet.call(process, name)
}

const interrupt = to((process, fleet, dice) => fleet.interrupt(process, dice.below(8)))

const expire = (fleet: Fleet) => {
  fleet.watch.note("the sessions expire")
  fleet.service.sessions.clear()
}

/** One loss after the other, so that the budget is spent. */
const wear: Act = (fleet) => {
  for (let time = 0; time < 150_000; time += 15_000) {
    fleet.timeline.after(time, () => {
      expire(fleet)
      for (const process of fleet.processes) if (process.state === "running") fleet.call(process, "ping")
    })
  }
}

const rotate: Act = (fleet, dice) => {
  const password = `password-${dice.below(3)}`
  if (dice.chance(0.7)) fleet.service.password = password
  if (dice.chance(0.7)) fleet.password = password
  fleet.watch.note(`the password is ${fleet.service.password}, and ${fleet.password} is given`)
}

const replace = (gone: (fleet: Fleet, dice: Dice, process: Process) => void) =>
  to(({ parts: { isMap, keepAlive } }, fleet, dice) => {
    fleet.start({ isMap, keepAlive })
    to((process) => gone(fleet, dice, process))(fleet, dice)
  })

const deploy = replace((fleet, _, process) => fleet.close(process))
const crash = replace((fleet, dice, process) => fleet.halt(process, "dead", dice.below(dice.pick([1, 20, 400]))))

const sleep = to((process, fleet, dice) => {
  fleet.halt(process, dice.pick<Sleep>(["stopped", "suspended"]), dice.below(dice.pick([1, 20, 400])))
  fleet.timeline.after(dice.pick(sleeps), () => fleet.wake(process))
})

const reset = to((process, fleet) => {
  fleet.watch.note(`${process.name} resets`)
  process.reset()
})

/** For a while something is wrong. */
const spell =
  (what: string, begin: (fleet: Fleet, dice: Dice) => void, end: (fleet: Fleet) => void): Act =>
  (fleet, dice) => {
    fleet.watch.note(what)
    begin(fleet, dice)
    fleet.timeline.after(dice.pick(outages), () => {
      fleet.watch.note(`no longer: ${what}`)
      end(fleet)
    })
  }

const leaveStore = spell(
  "the store is away",
  ({ store }) => void (store.away = true),
  ({ store }) => void (store.away = false)
)

const troubleStore = spell(
  "the way to the store is bad",
  ({ store }, dice) => void (store.trouble = dice.pick([0.1, 0.5])),
  ({ store }) => void (store.trouble = 0)
)

const forget: Act = (fleet, dice) => {
  const lag = dice.pick([undefined, 500, 20_000, 600_000])
  fleet.watch.note(lag === undefined ? "the store is empty" : `the store forgets ${lag} ms`)
  if (lag === undefined) fleet.shelf.empty()
  else fleet.shelf.failOver(lag)
}

const setClock: Act = (fleet, dice) => {
  const skew = dice.pick([0, -120_000, 120_000])
  fleet.watch.note(`the clock of the store is wrong by ${skew} ms`)
  fleet.shelf.setClock(skew)
}

const troubleService = spell(
  "the way to the service is bad",
  ({ way }, dice) => void (way.trouble = dice.pick([0.1, 0.5])),
  ({ way }) => void (way.trouble = 0)
)

const slow = spell(
  "the service is slow",
  ({ way }) => void (way.slow = true),
  ({ way }) => void (way.slow = false)
)

const lie = spell(
  "the service is not itself",
  ({ service }, dice) => void (service.lies = dice.pick([0.1, 0.4])),
  ({ service }) => void (service.lies = 0)
)

const freeze = spell(
  "the account is frozen",
  ({ service }) => service.freeze(true),
  ({ service }) => service.freeze(false)
)

/** Each is as likely as the times that it stands here. */
const always: ReadonlyArray<Act> = [call, call, call, call, call, callAll, callAll, interrupt, expire, expire]
const concerns: ReadonlyArray<ReadonlyArray<Act>> = [
  [deploy, deploy],
  [rotate, rotate, reset],
  [crash, crash],
  [sleep, sleep, sleep],
  [leaveStore, troubleStore, forget, setClock],
  [troubleService, lie, freeze],
  [slow, slow, wear]
]

/** One run: whatever can happen to a fleet, then a time in which nothing does. */
export const run = (seed: number, plant: Plant = {}): Run => {
  const dice = new Dice(seed)
  const fleet = new Fleet(dice, plant)
  const acts = concerns.reduce((all, concern) => (dice.chance(0.35) ? [...all, ...concern] : all), always)
  const keepAlive = dice.pick<Parts["keepAlive"]>(["renew", "renew", "renew", "lazy", undefined])
  const share = dice.pick([0, 0, 0.5, 1])
  if (dice.chance(0.3)) fleet.watch.maxAge = dice.pick([20, 40, 90]) * minute
  for (let left = dice.pick(sizes); left > 0; left -= 1) fleet.start({ isMap: dice.chance(share), keepAlive })
  for (let turn = 0; turn < commands && fleet.isFaithful; turn += 1) {
    acts[dice.below(acts.length)]?.(fleet, dice)
    if (dice.chance(0.5)) fleet.pass(dice.pick(times))
    else fleet.wander(dice.below(dice.pick([2, 20, 200])))
    fleet.look()
  }
  if (fleet.isFaithful) finish(fleet)
  const { log, requests, violations } = fleet.watch
  return { violations, log, requests, steps: fleet.steps }
}

/** One idle life: eight processes with nothing to do for some hours, and a service that takes its time. */
export const idle = (seed: number, plant: Plant = {}): Run => {
  const fleet = new Fleet(new Dice(seed), plant)
  for (let left = 8; left > 0; left -= 1) fleet.start({ isMap: false, keepAlive: "renew" })
  fleet.way.slow = true
  succeed(fleet, "open")
  fleet.pass(180 * minute)
  fleet.look()
  const { log, requests, violations } = fleet.watch
  return { violations, log, requests, steps: fleet.steps }
}

const minute = 60_000

/** Nothing is wrong any more: soon all have one session again, cost one login when it is lost, and end when they are closed. */
const finish = (fleet: Fleet) => {
  const { service, store, watch, way } = fleet
  watch.note("nothing is wrong any more")
  Object.assign(store, { away: false, trouble: 0 })
  Object.assign(way, { trouble: 0, slow: false })
  Object.assign(service, { lies: 0, password: "password-right" })
  service.freeze(false)
  fleet.password = "password-right"
  for (const process of fleet.processes) fleet.wake(process)
  // What is still on its way has come by then, and no login counts any more.
  fleet.pass(12 * minute)
  fleet.look()
  succeed(fleet, "open")
  succeed(fleet, "ping")
  fleet.pass(30 * minute)
  succeed(fleet, "ping")
  const idle = fleet.processes.map((process) => process.world.alive())
  const before = watch.logins
  expire(fleet)
  succeed(fleet, "ping")
  if (!fleet.isFaithful) return
  watch.must(watch.logins - before === 1, `${watch.logins - before} logins after one loss`)
  fleet.processes.forEach((process, at) => {
    const [alive, earlier = 0] = [process.world.alive(), idle[at]]
    watch.must(alive <= earlier, `${process.name} has ${alive} fibers, and had ${earlier}`)
  })
  for (const process of fleet.processes) fleet.close(process)
  fleet.pass(minute)
  fleet.look()
  watch.must(fleet.processes.length === 0, "a process that does not end")
}

const succeed = (fleet: Fleet, name: "open" | "ping") => {
  if (!fleet.isFaithful) return
  const callers = fleet.processes
    .filter(({ state }) => state === "running")
    .map((process) => [process.name, fleet.call(process, name)] as const)
  fleet.pass(2 * minute)
  fleet.look()
  for (const [who, { fiber }] of callers) {
    const exit = fiber.unsafePoll()
    fleet.watch.must(
      exit?._tag === "Success",
      `${who} ${name} in a good time: ${exit?._tag === "Failure" ? String(exit.cause) : "waits"}`
    )
  }
}
