import { assert } from "@effect/vitest"
import { Duration, Exit, Fiber, Scope } from "effect"
import type { Effect } from "effect"
import { Account } from "./modelAccount.ts"
import type { Call, OnExpired, Surroundings } from "./modelAccount.ts"
import type { Fault } from "./modelService.ts"
import * as VirtualTime from "./virtualTime.ts"

export type Who = 0 | 1

/** Two accounts of one service in one process, whose sessions are used side by side and one inside the other. */
export class Simulation {
  readonly log: Array<string> = []
  private readonly violations: Array<unknown> = []
  private readonly world: VirtualTime.World
  private readonly scope: Scope.CloseableScope
  private readonly accounts: readonly [Account, Account]
  private readonly callers: Array<{ readonly name: string; readonly fiber: Fiber.RuntimeFiber<unknown, unknown> }> = []
  private slept = 0

  constructor(seed: string, onExpired: OnExpired) {
    const world = VirtualTime.make(seed)
    this.world = world
    this.scope = world.now(Scope.make())
    const { log, scope, violations } = this
    const around: Surroundings = { world, scope, log, violations, slept: () => this.slept }
    // One keep-alive is enough to watch, and most of what a run takes is its pings.
    this.accounts = [new Account(0, onExpired, around), new Account(1, "none", around)]
  }

  // The commands

  call(who: Who, name: Call) {
    this.start(`${who} ${name}`, this.accounts[who].effectOf(name, this.text()))
  }

  /** One session used inside the other: what the inner one meets is no word about the outer one. */
  nest(who: Who, name: Call) {
    const [outer, inner] = [this.accounts[who], this.accounts[who === 0 ? 1 : 0]]
    this.start(`${who} use of ${name}`, outer.during(inner.effectOf(name, this.text())))
  }

  fail(who: Who, fault: Fault) {
    this.accounts[who].faults.push(fault)
  }

  advance(millis: number) {
    this.world.advance(millis)
  }

  interrupt(which: number) {
    const waiting = this.waiting()
    const caller = waiting[which % Math.max(waiting.length, 1)]
    if (caller !== undefined) this.world.now(Fiber.interrupt(caller.fiber))
  }

  expire(who: Who) {
    this.world.now(this.accounts[who].service.emulator.expireSessions)
  }

  freeze(who: Who, frozen: boolean) {
    const { emulator } = this.accounts[who].service
    this.world.now(frozen ? emulator.freeze : emulator.unfreeze)
  }

  lock(who: Who, locked: boolean) {
    const { emulator } = this.accounts[who].service
    this.world.now(locked ? emulator.lockIp : emulator.unlockIp)
  }

  /** The service refuses each session at once that it hands out. */
  flap(who: Who, refuse: boolean) {
    this.world.now(this.accounts[who].service.emulator.refuseSessions(refuse))
  }

  seal(who: Who, sealed: boolean) {
    this.accounts[who].isSealed = sealed
  }

  rotate(who: Who, where: "service" | "provider" | "both", version: number) {
    const account = this.accounts[who]
    const password = `password-${version}`
    if (where !== "provider") this.world.now(account.service.emulator.setPassword(password))
    if (where !== "service") account.given = password
  }

  reset(who: Who) {
    this.accounts[who].reset()
  }

  close() {
    for (const { known } of this.accounts) known.closed = true
    this.world.now(Scope.close(this.scope, Exit.void))
    assert.deepStrictEqual(
      this.waiting().map(({ name }) => name),
      [],
      "callers that wait for a closed session"
    )
    assert.strictEqual(this.world.timers(), 0, "timers of a closed session")
  }

  /** The machine sleeps: real time passes, the wall clock sees it, and nothing runs. */
  sleep(millis: number) {
    this.slept += millis
    this.world.jump(Duration.millis(millis), 1)
  }

  correct(millis: number) {
    this.world.jump(Duration.millis(Math.abs(millis)), millis > 0 ? 1 : -1)
  }

  // What must hold after each of them

  check() {
    if (this.violations.length > 0) throw this.violations[0]
    for (const account of this.accounts) account.check()
  }

  /** Every caller ends, and so does everything else. */
  finish() {
    for (const { faults } of this.accounts) faults.length = 0
    this.advance(5 * 60_000)
    this.check()
    assert.deepStrictEqual(
      this.waiting().map(({ name }) => name),
      [],
      "callers that never end"
    )
    if (!this.accounts[0].known.closed) this.close()
    this.advance(24 * 60 * 60_000)
    this.check()
  }

  private text() {
    return `message ${this.callers.length}`
  }

  private start(name: string, effect: Effect.Effect<unknown, unknown>) {
    this.callers.push({ name, fiber: this.world.fork(effect) })
  }

  private waiting() {
    return this.callers.filter(({ fiber }) => fiber.unsafePoll() === null)
  }
}
