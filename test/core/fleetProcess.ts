import * as Command from "@effect-clickatell/core/Command"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import * as SessionMap from "@effect-clickatell/core/SessionMap"
import { SessionStore } from "@effect-clickatell/core/SessionStore"
import * as Transport from "@effect-clickatell/core/Transport"
import type { Fiber, Queue } from "effect"
import { Cause, Context, Deferred, Duration, Effect, Exit, FiberId, Layer, Option, Scope } from "effect"
import type { Store } from "../../packages/core/src/internal/session/store/store.ts"
import { epoch } from "./fleetRegister.ts"
import type { Member } from "./fleetMember.ts"
import { Own } from "./interleavingService.ts"
import type { Service } from "./support.ts"
import { credentials, GetBalance, SendMsg } from "./support.ts"
import * as VirtualTime from "./virtualTime.ts"

export const calls = ["ping", "ping", "check", "open", "use", "getbalance", "sendmsg"] as const
export type Call = (typeof calls)[number]

/** What a process is made of. */
export interface Parts {
  readonly name: string
  readonly seed: string
  readonly policy: VirtualTime.Policy
  /** How wrong its wall clock is, in milliseconds. */
  readonly skew: number
  readonly transport: Transport.Transport["Type"]
  readonly store: Store<unknown> | undefined
  readonly keepAlive: "renew" | "lazy" | undefined
  /** In milliseconds. */
  readonly maxAge: number
  /** Whether its session is one of a `SessionMap`. */
  readonly isMap: boolean
  readonly password: () => string
  readonly told: (event: SessionEvent) => void
}

export interface Caller {
  readonly name: Call
  readonly fiber: Fiber.RuntimeFiber<unknown, unknown>
  /** When it came, by the time for which its process was awake. */
  readonly since: number
}

/** One that is `stopped` finds its clocks gone on when it wakes; one that is `suspended`, its wall clock alone. */
export type Sleep = "stopped" | "suspended"

/** A process of the fleet, with clocks and a scheduler of its own: where it does not run, nothing of it does. */
export class Process implements Member {
  readonly name: string
  readonly isKept: boolean
  readonly isMap: boolean
  readonly parts: Parts
  readonly callers: Array<Caller> = []
  state: "running" | Sleep | "dead" | "closing" | "closed" = "running"
  closedAt = 0
  readonly world: VirtualTime.World
  /** How far its monotonic clock is behind true time, and for how long it was not awake. */
  private lag: number
  private slept = 0
  private fellAsleep = 0
  private stepsLeft = Number.POSITIVE_INFINITY
  private stop: "dead" | Sleep = "dead"
  /** What it was before it fell asleep. */
  private awakeState: "running" | "closing" = "running"
  private now: number
  private readonly scope: Scope.CloseableScope
  private readonly made = Deferred.unsafeMake<Service>(FiberId.none)
  private session: Service | undefined
  private events: Queue.Dequeue<SessionEvent> | undefined

  constructor(parts: Parts, now: number) {
    this.parts = parts
    this.name = parts.name
    this.isKept = parts.keepAlive !== undefined
    this.isMap = parts.isMap
    this.now = now
    this.lag = now
    const world = VirtualTime.make(parts.seed, parts.policy)
    this.world = world
    const wall = epoch + now + parts.skew
    world.jump(Duration.millis(wall), 1)
    this.scope = world.now(Scope.make())
    world.launch(this.make).addObserver((exit) => {
      if (Exit.isFailure(exit)) throw new Error(`a process that does not start: ${Cause.pretty(exit.cause)}`)
    })
  }

  // ---- what is done to it

  call(name: Call, deadline?: Duration.DurationInput): Caller {
    const effect = Effect.flatMap(this.made, (session) => this.effectOf(session, name))
    const fiber = this.world.launch(deadline === undefined ? effect : Transport.withDeadline(effect, deadline))
    const caller = { name, fiber, since: this.awake }
    this.callers.push(caller)
    return caller
  }

  reset() {
    this.world.launch(Effect.flatMap(this.made, (session) => session.reset))
  }

  /** It takes so many more steps and then none for a while, or none ever again; what it has sent goes on. */
  halt(how: "dead" | Sleep, steps: number) {
    this.stepsLeft = steps
    this.stop = how
    if (steps === 0) this.fall()
  }

  /** It is awake, and will not be halted. */
  wake(now: number) {
    const { state } = this
    this.stepsLeft = Number.POSITIVE_INFINITY
    if (state !== "stopped" && state !== "suspended") return
    const time = now - this.fellAsleep
    this.slept += time
    if (state === "suspended") {
      this.lag += time
      this.world.jump(Duration.millis(time), 1)
    }
    this.state = this.awakeState
    this.sync(now)
  }

  close() {
    this.state = "closing"
    this.world.launch(Scope.close(this.scope, Exit.void)).addObserver(() => {
      this.state = "closed"
      this.closedAt = this.now
    })
  }

  // ---- how it goes on

  get isAwake(): boolean {
    return this.state === "running" || this.state === "closing" || this.state === "closed"
  }

  /** For how long it was awake, in milliseconds. */
  get awake(): number {
    return this.now - this.slept
  }

  get isAsked(): boolean {
    return this.waiting.some(({ name }) => name === "ping" || name === "check")
  }

  /** Whether there is a session that may be used. */
  get isReady(): boolean {
    return this.session !== undefined && Effect.runSync(this.session.status).state === "Ready"
  }

  get waiting(): ReadonlyArray<Caller> {
    return this.callers.filter(({ fiber }) => fiber.unsafePoll() === null)
  }

  /** When there is something to do for it again. */
  get due(): number {
    return this.isAwake ? this.world.due() + this.lag : Number.POSITIVE_INFINITY
  }

  /** Its clocks go on to this moment. */
  sync(now: number) {
    this.now = now
    if (this.isAwake) this.world.elapse(Math.max(0, now - this.lag - this.world.monotonic()))
  }

  /** Takes a step; `false` when there is none. */
  step(): boolean {
    if (!this.isAwake || !this.world.step()) return false
    this.listen()
    this.stepsLeft -= 1
    if (this.stepsLeft <= 0) this.fall()
    return true
  }

  private fall() {
    const { state } = this
    this.stepsLeft = Number.POSITIVE_INFINITY
    if (state !== "running" && state !== "closing") return
    this.awakeState = state
    this.state = this.stop
    this.fellAsleep = this.now
  }

  // ---- what it is made of

  /** Hears the events in the very step in which they are told. */
  private listen() {
    if (this.events === undefined || Option.contains(this.events.unsafeSize(), 0)) return
    for (const event of Effect.runSync(this.events.takeAll)) this.parts.told(event)
  }

  private get make() {
    const { scope, parts } = this
    const around = Layer.merge(
      Layer.succeed(Transport.Transport, parts.transport),
      Layer.succeed(SessionStore, parts.store)
    )
    return Effect.gen(this, function* () {
      if (parts.store !== undefined) yield* Scope.addFinalizer(scope, parts.store.end)
      const session = yield* Effect.flatMap(Layer.buildWithScope(around, scope), (context) =>
        Scope.extend(Effect.provide(parts.isMap ? this.inMap : this.alone, context), scope)
      )
      // In a scope of its own, so that the last event is heard as well.
      this.events = yield* Scope.extend(session.subscribe, yield* Scope.make())
      this.session = session
      yield* Deferred.succeed(this.made, session)
    })
  }

  private get alone() {
    const { keepAlive } = this.parts
    const session = Session.layer({ credentials: this.credentials, maxAge: this.maxAge })
    const layer =
      keepAlive === undefined ? session : KeepAlive.layer({ onExpired: keepAlive }).pipe(Layer.provideMerge(session))
    return Effect.map(Layer.build(layer), Context.get(Session.Session))
  }

  private get inMap() {
    const { keepAlive } = this.parts
    return Effect.map(
      SessionMap.make<string, never, never>({
        credentials: () => this.credentials,
        maxAge: this.maxAge,
        keepAlive: keepAlive === undefined ? false : { onExpired: keepAlive }
      }),
      (map) => map.get("account")
    )
  }

  private get maxAge() {
    const { maxAge } = this.parts
    return Number.isFinite(maxAge) ? Duration.millis(maxAge) : undefined
  }

  private get credentials() {
    return Effect.sync(() => credentials(this.parts.password()))
  }

  private effectOf(session: Service, name: Call): Effect.Effect<unknown, unknown> {
    switch (name) {
      case "use":
        return session
          .use((id) => Command.execute(Own, id))
          .pipe(Effect.provideService(Transport.Transport, this.parts.transport))
      case "getbalance":
        return session.execute(GetBalance)
      case "sendmsg":
        return session.execute(SendMsg({ text: `message ${this.callers.length}` }))
      default:
        return session[name]
    }
  }
}
