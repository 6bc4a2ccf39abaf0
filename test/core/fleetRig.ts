import type { Register } from "@effect-clickatell/core/SessionStore"
import { FiberId } from "effect"
import type { Entry } from "../../packages/core/src/internal/session/store/entry.ts"
import type { Seal } from "../../packages/core/src/internal/session/store/sealing.ts"
import { Store } from "../../packages/core/src/internal/session/store/store.ts"
import type { Dice } from "./dice.ts"
import { shuffled } from "./dice.ts"
import type { Caller, Parts } from "./fleetProcess.ts"
import { Process } from "./fleetProcess.ts"
import { glass, Shelf } from "./fleetRegister.ts"
import { RemoteService } from "./fleetService.ts"
import { FleetWatch } from "./fleetWatch.ts"
import { Timeline, Wire } from "./fleetWire.ts"

/** A bug that is planted, so that it can be seen that it is found. */
export interface Plant {
  /** No process has a store. */
  readonly alone?: boolean
  /** What a process has in place of the register that it should have. */
  readonly register?: (register: Register, wall: () => number) => Register
  /** What is changed in an entry before it is stored. */
  readonly edit?: (entry: Entry) => Entry
}

/** The longest that a caller waits of a process that is awake: a minute for logins, and each other wait once. */
const patience = 180_000

/** The processes of a fleet, their store, their service, and the watch over them. */
export class Fleet {
  readonly timeline = new Timeline()
  /** Those that live. */
  processes: ReadonlyArray<Process> = []
  readonly store: Wire
  readonly way: Wire
  readonly shelf: Shelf
  readonly service: RemoteService
  readonly watch: FleetWatch
  password = "password-0"
  steps = 0
  private readonly dice: Dice
  private readonly plant: Plant
  private readonly seal: Seal
  private started = 0
  /** How many processes were asleep when that was last looked at. */
  private slept = 0

  constructor(dice: Dice, plant: Plant) {
    const { timeline } = this
    this.dice = dice
    this.plant = plant
    this.seal = glass(plant.edit)
    this.store = new Wire(timeline, dice)
    this.way = new Wire(timeline, dice)
    this.service = new RemoteService(timeline, this.way, dice)
    this.watch = new FleetWatch(timeline, this.store, this.way, this.service)
    this.shelf = new Shelf(timeline, this.store, (entry, isWritten) => this.watch.keep(entry, isWritten))
  }

  // ---- what is done to it

  start(options: Pick<Parts, "isMap" | "keepAlive">): Process {
    const { dice, plant, watch } = this
    this.started += 1
    const name = `p${this.started}`
    const skew = dice.pick([0, 0, 0, -120_000, 120_000, 7000])
    const wall = () => process.world.wall()
    const register = plant.register?.(this.shelf.register, wall) ?? this.shelf.register
    const settings = { prefix: "fleet", patience: 1000 }
    const process: Process = new Process(
      {
        ...options,
        maxAge: watch.maxAge,
        name,
        seed: name,
        policy: shuffled(dice, dice.pick([30, 300, 3000])),
        skew,
        transport: this.service.transport({ begin: (request) => watch.begin(process, request) }),
        store: plant.alone === true ? undefined : new Store(register, settings, [this.seal]),
        password: () => this.password,
        told: (event) => watch.tell(process, event)
      },
      this.timeline.now
    )
    watch.note(`${name} starts${options.isMap ? " with a map" : ""}`)
    this.processes = [...this.processes, process]
    return process
  }

  call(process: Process, ...[name, deadline]: Parameters<Process["call"]>): Caller {
    if (name === "getbalance" && process.isReady) this.watch.await(process)
    this.watch.note(`${process.name} ${name}`)
    const caller = process.call(name, deadline)
    return caller
  }

  interrupt(process: Process, which: number) {
    const { waiting } = process
    const caller = waiting[which % Math.max(waiting.length, 1)]
    if (caller === undefined) return
    this.watch.note(`${process.name} ${caller.name} interrupted`)
    this.watch.leave(process)
    caller.fiber.unsafeInterruptAsFork(FiberId.none)
  }

  halt(process: Process, ...[how, steps]: Parameters<Process["halt"]>) {
    this.watch.note(`${process.name} ${how} in ${steps} steps`)
    process.halt(how, steps)
    this.tidy()
  }

  wake(process: Process) {
    if (!process.isAwake) this.watch.note(`${process.name} wakes`)
    process.wake(this.timeline.now)
    this.tidy()
  }

  close(process: Process) {
    this.watch.note(`${process.name} closes`)
    process.close()
  }

  // ---- how it goes on

  get isFaithful(): boolean {
    return this.watch.violations.length === 0
  }

  /** Takes so many steps of whichever process, and lets time pass where nothing can run: what comes next finds much half done. */
  wander(steps: number) {
    for (let left = steps; left > 0; left -= 1) {
      if (this.stepAny()) continue
      this.watch.rest()
      if (this.due > this.timeline.now + 60_000) return
      this.move(this.due)
    }
    this.tidy()
  }

  /** Runs whatever can run without time. */
  settle() {
    while (this.stepAll());
    this.tidy()
    this.watch.rest()
  }

  pass(time: number) {
    const until = this.timeline.now + time
    for (;;) {
      this.settle()
      if (!this.isFaithful) return
      const { due } = this
      this.move(Math.min(due, until))
      if (due > until) return
    }
  }

  /** What must hold where nothing is under way at this moment. */
  look() {
    const { processes, shelf, timeline, watch } = this
    watch.look()
    watch.must(shelf.size <= 1, `${shelf.size} names for one account`)
    watch.must(shelf.longest <= 4096, `an entry of ${shelf.longest} characters`)
    for (const process of processes) {
      if (!process.isAwake) continue
      for (const { name, since } of process.waiting) {
        watch.must(process.awake - since <= patience, `${process.name} ${name} waits for ${process.awake - since} ms`)
      }
      if (process.state !== "closed") continue
      // What it had under way has ended by then.
      if (timeline.now - process.closedAt < 30_000) continue
      watch.must(process.waiting.length === 0, `a caller waits for ${process.name}, which is closed`)
      watch.must(process.world.timers() + process.world.alive() === 0, `${process.name} is closed and goes on`)
      this.processes = this.processes.filter((it) => it !== process)
    }
  }

  private get due(): number {
    return Math.min(this.timeline.due, ...this.processes.map((process) => process.due))
  }

  private move(now: number) {
    this.timeline.advance(now)
    for (const process of this.processes) process.sync(now)
  }

  private stepAny(): boolean {
    const first = this.dice.below(Math.max(this.processes.length, 1))
    const order = [...this.processes.slice(first), ...this.processes.slice(0, first)]
    const ran = order.some((process) => process.step())
    if (ran) this.steps += 1
    return ran
  }

  private stepAll(): boolean {
    let ran = false
    for (const process of this.processes) {
      while (process.step()) {
        this.steps += 1
        ran = true
      }
    }
    return ran
  }

  private get asleep(): number {
    return this.processes.filter(({ state }) => state === "stopped" || state === "suspended").length
  }

  /** Buries the dead, and tells the watch of whoever fell asleep. */
  private tidy() {
    const living = this.processes.filter(({ state }) => state !== "dead")
    const isMissed = living.length < this.processes.length
    this.processes = living
    if (isMissed || this.asleep !== this.slept) this.watch.disturb(this.asleep)
    this.slept = this.asleep
  }
}
