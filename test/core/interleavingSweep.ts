import type { Call } from "./interleavingRig.ts"
import { calls, Rig } from "./interleavingRig.ts"
import type { Fault } from "./interleavingService.ts"

export const situations = [
  "first login",
  "ready",
  "expired",
  "being renewed",
  "login backs off",
  "call backs off"
] as const
/** What happens to the first caller, to all of them, or to the session. */
export const disturbances = ["interrupt", "desert", "reset", "close"] as const

export interface Case {
  readonly calls: ReadonlyArray<Call>
  readonly situation: (typeof situations)[number]
}

export interface Sweep {
  readonly violations: ReadonlyArray<string>
  readonly log: ReadonlyArray<string>
  readonly runs: number
  readonly steps: number
}

/** How often fibers make way: none but where they wait, or once in so many operations from an offset on. */
export interface Grain {
  readonly pace: number
  readonly offset: number
}

export const coarse: Grain = { pace: Number.POSITIVE_INFINITY, offset: 0 }

/** The calls in the situation, begun together and taken step by step; before one step something happens to them. */
class Scene {
  readonly rig: Rig
  private readonly faults: Array<Fault> = []
  private urgent = false
  private operations: number | undefined

  constructor({ calls, situation }: Case, { offset, pace }: Grain) {
    this.rig = new Rig({
      seed: "sweep",
      policy: {
        next: (runnable) => (this.urgent ? runnable - 1 : 0),
        yields: () => {
          if (this.operations === undefined) return false
          this.operations += 1
          return this.operations % pace === 0
        }
      },
      keepAlive: situation === "being renewed" ? "renew" : undefined,
      fault: () => this.faults.shift(),
      latency: () => 50,
      callsBack: false
    })
    if (situation !== "first login" && situation !== "login backs off") {
      this.rig.call("open")
      this.rig.pass("20 seconds")
    }
    if (situation === "expired" || situation === "being renewed") this.rig.service.sessions.clear()
    // The keep-alive's own login, which the calls find under way.
    if (situation === "being renewed") while (!this.rig.watch.loggingIn && (this.rig.step() || this.rig.world.tick()));
    if (situation === "login backs off") this.faults.push("Reset")
    if (situation === "call backs off") this.faults.push("Busy")
    this.operations = offset
    for (const call of calls) this.rig.call(call)
  }

  /** Takes one step of those that the calls take; `false` when they have all ended. */
  step(): boolean {
    return this.rig.waiting().length > 0 && (this.rig.step() || this.rig.world.tick())
  }

  disturb(how: (typeof disturbances)[number]) {
    if (how === "interrupt") return this.rig.interrupt(0)
    if (how === "desert") return this.rig.desert()
    this.rig[how]()
    this.urgent = true
    this.rig.step()
    this.urgent = false
  }

  /** Lets everything come to its end. */
  end(how?: (typeof disturbances)[number]) {
    if (how === "close") return this.rig.ended()
    this.rig.pass("1 minute")
    this.rig.finish()
  }

  /** How the callers ended that were not themselves interrupted. */
  outcomes(): ReadonlyArray<string> {
    return this.rig.callers.flatMap(({ interrupted, outcome }) => (interrupted ? [] : [outcome ?? "none"]))
  }
}

const ok = "succeeded"
const closed = "AuthFailed SessionClosed"
const refused = "AuthFailed SessionNotAccepted"

/** Does each of the three things before each step that the calls take, every time from the beginning. */
export const sweep = (it: Case, grain: Grain): Sweep => {
  const calm = new Scene(it, grain)
  let length = 0
  while (calm.step()) length += 1
  calm.end()
  const usual = new Set([...calm.outcomes(), ok])
  const expected: Record<(typeof disturbances)[number], ReadonlySet<string>> = {
    interrupt: usual,
    desert: usual,
    // A check is of the session that there is, and after a reset there is none.
    reset: it.calls.includes("check") ? new Set([...usual, refused]) : usual,
    close: new Set([...usual, closed])
  }
  let runs = 1
  let steps = length
  for (const how of disturbances) {
    // One who is alone leaves as all do.
    if (how === "desert" && it.calls.length === 1) continue
    for (let at = 0; at <= length; at += 1) {
      const scene = new Scene(it, grain)
      for (let taken = 0; taken < at && scene.step(); taken += 1) steps += 1
      scene.rig.watch.note(`${how} before step ${at} of ${length}`)
      scene.disturb(how)
      scene.end(how)
      runs += 1
      const { watch } = scene.rig
      for (const outcome of scene.outcomes()) {
        watch.must(expected[how].has(outcome), `${it.calls.join(", ")}, ${it.situation}, ${how}: ${outcome}`)
      }
      if (watch.violations.length > 0) return { violations: watch.violations, log: watch.log, runs, steps }
    }
  }
  return { violations: calm.rig.watch.violations, log: calm.rig.watch.log, runs, steps }
}

const alike: ReadonlyArray<Case["calls"]> = calls.flatMap((call) => [[call], [call, call, call]])
const joining: ReadonlyArray<Case["calls"]> = [
  ["ping", "check"],
  ["check", "ping"],
  ["open", "ping"]
]

export const cases: ReadonlyArray<Case> = situations.flatMap((situation) =>
  [...alike, ...joining].map((calls) => ({ calls, situation }))
)

/** The requests that the calls take when nothing happens to them. */
export const requests = (it: Case): number => {
  const scene = new Scene(it, coarse)
  while (scene.step());
  return scene.rig.watch.requests
}
