// A fleet to which everything happens at random that can happen to processes and to their Redis, and what then must be so.
import * as Fault from "@effect-clickatell/testing/Fault"
import { Effect, Random } from "effect"
import type * as Scope from "effect/Scope"
import { until } from "../server.ts"
import * as fleets from "./fleet.ts"
import type { Process } from "./process.ts"
import type { Options, Tally } from "./words.ts"

export const times = {
  life: 60_000,
  margin: 2_000,
  interval: 3_000,
  floor: 1_000,
  timeout: 3_000,
  patience: 2_000,
  spacing: 500,
  limit: 6,
  window: 10_000
} as const satisfies Partial<Options>

export const lease = fleets.leaseOf(times)

/** How long a call may take. */
const bound = fleets.boundOf(times)

/** How many processes there are at once. */
export const size = 4

/** Something that was done to the fleet, and when. */
export interface Deed {
  readonly at: number
  readonly what: string
  /** For how long, where it ends by itself, in milliseconds. */
  readonly life: number
}

/** A process and what was done to it. */
interface Member {
  readonly process: Process
  isFrozen: boolean
  /** For how long it was frozen altogether, in milliseconds. */
  frozen: number
  isBusy: boolean
}

type Act = Effect.Effect<unknown, unknown, Scope.Scope>

export class Chaos {
  readonly deeds: Array<Deed> = []
  readonly processes: Array<Process> = []
  readonly violations: Array<string> = []
  private readonly fleet: fleets.Fleet
  private members: ReadonlyArray<Member> = []
  private password: string = fleets.secrets.password
  private isRedisWell = true
  /** What puts an end to things that are under way. */
  private readonly healing: Array<Effect.Effect<unknown, unknown>> = []

  constructor(fleet: fleets.Fleet) {
    this.fleet = fleet
  }

  get begin(): Act {
    return fleets.all(Array.from({ length: size }, () => this.enter))
  }

  /** One thing at random, of those that can be done. */
  get act(): Act {
    return Effect.suspend(() => this.any())
  }

  private any(): Act {
    const { emulator } = this.fleet.service
    const acts: ReadonlyArray<Act> = [
      this.kill,
      this.freeze,
      this.deploy,
      this.reset,
      this.hurtRedis("kill", this.fleet.redis.kill, this.fleet.redis.start, 3_000),
      this.hurtRedis("freeze", this.fleet.redis.freeze, this.fleet.redis.thaw, 5_000),
      this.hurtRedis("fill", this.fill("1"), this.fill("0"), 3_000),
      this.cut,
      this.isUsed ? Effect.zipRight(this.note("expire"), emulator.expireSessions) : Effect.void,
      this.changePassword,
      this.slow,
      this.load,
      this.load,
      this.calmSome
    ]
    return Effect.flatten(Random.choice(acts))
  }

  /** Puts an end to all that is under way, and sees whether everybody goes on together. */
  get end(): Act {
    return Effect.gen(this, function* () {
      yield* Effect.forEach(this.healing.splice(0), (heal) => heal, { concurrency: "unbounded" })
      yield* Effect.forEach(this.members, (member) => this.calm(member), { concurrency: "unbounded" })
      yield* this.note("end")
      const processes = this.members.map(({ process }) => process)
      yield* this.within("some process is stuck", this.areAllWell(processes))
      // No login is in the way of the last one.
      yield* Effect.sleep(times.window)
      const before = fleets.logins(this.fleet)
      const away = () => processes.reduce((sum, it) => sum + fleets.happened(it, "Detached"), 0)
      const wereAway = away()
      yield* this.note("last")
      yield* this.fleet.service.emulator.expireSessions
      const { ends } = yield* fleets.callAll(processes, 5)
      this.expect(ends["ok"] === 5 * size, `at the end not all calls succeed: ${JSON.stringify(ends)}`)
      const logins = fleets.logins(this.fleet) - before
      // Whom a machine keeps waiting for so long that Redis seems to be away goes by himself.
      const alone = away() - wereAway
      this.expect(logins >= 1 && logins <= 1 + alone, `at the end there are ${logins} logins for one lost session`)
      const { size: used } = new Set(fleets.sessionsInUse(this.fleet, processes))
      this.expect(used <= 1 + alone, `at the end there are ${used} sessions in use`)
      yield* Effect.catchAllDefect(fleets.expectSilence(this.fleet, this.processes), (defect) =>
        Effect.sync(() => this.expect(false, String(defect)))
      )
    })
  }

  private expect(condition: boolean, otherwise: string): void {
    if (!condition) this.violations.push(otherwise)
  }

  private note(what: string, life = 0): Effect.Effect<void> {
    return Effect.sync(() => void this.deeds.push({ at: performance.now(), what, life }))
  }

  private within<E, R>(otherwise: string, effect: Effect.Effect<unknown, E, R>) {
    return Effect.timeoutTo(Effect.as(effect, true), {
      duration: 2 * bound,
      onTimeout: () => false,
      onSuccess: (isSo) => isSo
    }).pipe(Effect.map((isSo) => this.expect(isSo, otherwise)))
  }

  private areAllWell(processes: ReadonlyArray<Process>) {
    return until(
      Effect.map(Effect.delay(fleets.callAll(processes, 1), "300 millis"), ({ ends }) => {
        const areTogether = processes.every((it) => fleets.happened(it, "Detached") === fleets.happened(it, "Attached"))
        return ends["ok"] === processes.length && areTogether
      })
    )
  }

  /** One more process, which has a session once it is there. */
  private get enter(): Act {
    return Effect.gen(this, function* () {
      const process = yield* this.fleet.start({ password: this.password })
      this.processes.push(process)
      // It may have been changed since.
      yield* process.password(this.password)
      yield* this.judge(yield* process.call(1), 0)
      this.members = [...this.members, { process, isFrozen: false, frozen: 0, isBusy: false }]
      yield* this.note(`enter ${process.name}`)
    })
  }

  private get some(): Effect.Effect<Member, unknown> {
    return Effect.suspend(() => Random.choice(this.members.filter(({ isFrozen }) => !isFrozen)))
  }

  /** Some process that the fleet can do without. */
  private leaving(go: (member: Member) => Act): Act {
    return Effect.suspend(() => {
      const awake = this.members.filter(({ isFrozen }) => !isFrozen)
      return awake.length <= 2 ? Effect.void : Effect.flatMap(Random.choice(awake), go)
    })
  }

  private get kill(): Act {
    return this.leaving((member) =>
      Effect.gen(this, function* () {
        yield* this.note(`kill ${member.process.name}`)
        this.members = this.members.filter((it) => it !== member)
        yield* member.process.kill
        yield* this.enter
      })
    )
  }

  private get deploy(): Act {
    return this.leaving((member) =>
      Effect.gen(this, function* () {
        yield* this.enter
        yield* this.calm(member)
        this.members = this.members.filter((it) => it !== member)
        yield* this.note(`quit ${member.process.name}`)
        yield* member.process.quit
      })
    )
  }

  private get freeze(): Act {
    return this.leaving((member) =>
      Effect.gen(this, function* () {
        const life = yield* Random.nextIntBetween(500, 2 * lease)
        yield* this.note(`freeze ${member.process.name}`, life)
        member.isFrozen = true
        member.frozen += life
        yield* member.process.freeze
        yield* this.later(
          life,
          Effect.tap(member.process.thaw, () => {
            member.isFrozen = false
          })
        )
      })
    )
  }

  private get reset(): Act {
    return Effect.flatMap(this.some, ({ process }) =>
      Effect.zipRight(this.note(`reset ${process.name}`), process.reset)
    )
  }

  private get cut(): Act {
    return this.isRedisWell
      ? Effect.zipRight(
          this.note("redis cut"),
          this.fleet.redis.ask("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        )
      : Effect.void
  }

  /** Writes fail for want of memory, or do again. */
  private fill(maxmemory: string) {
    return this.fleet.redis.ask("CONFIG", "SET", "maxmemory", maxmemory)
  }

  private hurtRedis(what: string, hurt: Effect.Effect<unknown, unknown>, heal: typeof hurt, longest: number): Act {
    if (!this.isRedisWell) return Effect.void
    return Effect.gen(this, function* () {
      const life = yield* Random.nextIntBetween(0, longest)
      yield* this.note(`redis ${what}`, life)
      this.isRedisWell = false
      yield* hurt
      yield* this.later(
        life,
        Effect.tap(heal, () => {
          this.isRedisWell = true
        })
      )
    })
  }

  /** The next login takes a while, in which more can happen to it. */
  private get slow(): Act {
    return Effect.flatMap(Random.nextIntBetween(200, 1_000), (life) =>
      Effect.zipRight(
        this.note("slow login", life),
        this.fleet.service.emulator.fail(Fault.delay(life), { operation: "auth" })
      )
    )
  }

  /** The service takes another password; a little later the processes know it. */
  private get changePassword(): Act {
    return Effect.gen(this, function* () {
      if (!this.isUsed) return
      const { emulator } = this.fleet.service
      const password = `canary-password-${this.deeds.length}-55c2`
      yield* this.note("password", 1_500)
      yield* emulator.setPassword(password)
      yield* emulator.expireSessions
      yield* Effect.sleep("1500 millis")
      this.password = password
      yield* Effect.forEach(this.members, ({ process }) =>
        // One that is frozen reads it when it wakes.
        Effect.fork(Effect.ignore(Effect.zipRight(process.password(password), process.reset)))
      )
    })
  }

  private get load(): Act {
    return Effect.gen(this, function* () {
      const member = yield* this.some
      if (member.isBusy) return
      member.isBusy = true
      member.frozen = 0
      const callers = yield* Random.nextIntBetween(1, 10)
      yield* this.note(`load ${member.process.name} ${callers}`)
      yield* member.process.load(callers, yield* Random.nextIntBetween(50, 1_000))
    })
  }

  private get calmSome(): Act {
    return Effect.flatMap(this.some, (member) => this.calm(member))
  }

  private calm(member: Member): Act {
    if (!member.isBusy) return Effect.void
    return Effect.gen(this, function* () {
      member.isBusy = false
      yield* this.note(`calm ${member.process.name}`)
      yield* this.judge(yield* member.process.calm, member.frozen)
    })
  }

  private get wasApart(): boolean {
    return this.members.some(({ process }) => fleets.happened(process, "Detached") > 0)
  }

  /** Every caller has been answered, in time and as is documented; `frozen` is for how long nobody could be. */
  private judge({ ends, longest }: Tally, frozen: number): Effect.Effect<void> {
    return Effect.sync(() => {
      this.expect(longest <= bound + frozen, `a call took ${Math.round(longest)} ms`)
      const documented = new Set(["ok", "AuthFailed LoginBudgetExceeded"])
      if (this.deeds.some(({ what }) => what === "password")) documented.add("AuthFailed BadCredentials")
      // One that went by itself may lose two sessions at once: its own, and the one of the store that its call was sent again with.
      if (this.wasApart) documented.add("AuthFailed SessionNotAccepted")
      // A process that is frozen for longer than the deadline finds it over when it wakes.
      if (frozen >= times.timeout) documented.add("TransportError Timeout")
      const others = Object.keys(ends).filter((end) => !documented.has(end))
      this.expect(others.length === 0, `calls ended otherwise: ${JSON.stringify(ends)}`)
    })
  }

  private later(millis: number, heal: Effect.Effect<unknown, unknown>): Act {
    return Effect.gen(this, function* () {
      const once = yield* Effect.cached(heal)
      yield* Effect.forkScoped(Effect.delay(once, millis))
      this.healing.push(once)
    })
  }

  /** Whether the newest session was used: one that is lost before is a session that the service does not accept at all. */
  private get isUsed(): boolean {
    const log = this.fleet.service.log().filter(({ outcome }) => outcome === "OK")
    return log.at(-1)?.operation !== "auth" && (this.deeds.at(-1)?.what ?? "") !== "expire"
  }
}
