import { assert, describe, it } from "@effect/vitest"
import type { SessionMap } from "@effect-clickatell/core/SessionMap"
import { Effect, FiberId } from "effect"
import { stage } from "./map.ts"
import { ended } from "./stage.ts"
import { GetBalance } from "./support.ts"

type Call = (map: SessionMap<string>) => Effect.Effect<unknown, unknown>

const calls = {
  open: (map) => map.get("one").open,
  ping: (map) => map.get("one").ping,
  execute: (map) => map.get("one").execute(GetBalance)
} satisfies Record<string, Call>

const situations = ["first login", "in line", "ready", "expired"] as const

const disturbances = ["interrupt", "remove", "close", "reset"] as const

/** One of two callers of an account, beside another account whose login goes first. */
class Scene {
  readonly staged = stage("sweep", { limits: { logins: 1, loginsPerMinute: 30 } })
  readonly callers
  readonly other

  constructor(call: keyof typeof calls, situation: (typeof situations)[number]) {
    const { map, open, server, world } = this.staged
    if (situation === "ready" || situation === "expired") {
      open(["one"])
      world.advance("30 seconds")
    }
    if (situation === "expired") server.expire()
    const launched = () => world.launch(Effect.asVoid<unknown, unknown, never>(calls[call](map)))
    if (situation === "in line") this.other = world.fork(map.get("other").open)
    this.callers = [launched(), launched()] as const
    this.other ??= world.launch(map.get("other").open)
  }

  /** `false` once the callers have ended. */
  step(): boolean {
    const { world } = this.staged
    return [...this.callers, this.other].some((caller) => ended(caller) === "waiting") && (world.step() || world.tick())
  }

  disturb(how: (typeof disturbances)[number]) {
    const { close, map, world } = this.staged
    if (how === "interrupt") this.callers[0].unsafeInterruptAsFork(FiberId.none)
    if (how === "remove") world.launch(map.remove("one"))
    if (how === "reset") world.launch(map.get("one").reset)
    if (how === "close") close()
  }
}

const steps = (call: keyof typeof calls, situation: (typeof situations)[number]) => {
  const scene = new Scene(call, situation)
  let taken = 0
  while (scene.step()) taken += 1
  return taken
}

describe.each(situations)("whatever comes before every third step: %s", (situation) => {
  for (const call of ["open", "ping", "execute"] as const) {
    it.each(disturbances)(`leaves callers of ${call} as they should be, and nothing behind, at: %s`, (how) => {
      const expected: Record<typeof how, ReadonlyArray<string>> = {
        interrupt: ["ok"],
        reset: ["ok"],
        remove: ["ok", "AuthFailed SessionClosed", "AuthFailed LoginBudgetExceeded"],
        close: ["ok", "AuthFailed SessionClosed"]
      }
      const most = steps(call, situation)
      for (let at = 0; at <= most; at += 5) {
        const scene = new Scene(call, situation)
        for (let taken = 0; taken < at; taken++) scene.step()
        const { callers, other, staged } = scene
        scene.disturb(how)
        while (staged.world.step());
        if (how !== "close") staged.world.advance("2 minutes")
        const where = `${how} before step ${at} of ${most}`
        assert.include(how === "interrupt" ? ["ok", "interrupted"] : expected[how], ended(callers[0]), where)
        assert.include(expected[how], ended(callers[1]), where)
        assert.include(how === "close" ? expected.close : ["ok"], ended(other), where)
        staged.close()
        assert.deepStrictEqual([staged.world.timers(), staged.world.alive()], [0, 0], where)
        assert.strictEqual(staged.world.now(staged.map.size), 0, where)
        staged.world.advance("1 hour")
        assert.strictEqual(staged.server.unfinished.current, 0, where)
      }
    })
  }
})
