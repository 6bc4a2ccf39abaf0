import * as Command from "@effect-clickatell/core/Command"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import * as Transport from "@effect-clickatell/core/Transport"
import { Context, Duration, Effect, Either, Exit, FiberId, Layer, Option, Redacted, Scope } from "effect"
import type { Fiber, Queue } from "effect"
import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import { calledBack } from "./calledBack.ts"
import type { Fault } from "./interleavingService.ts"
import { Own, Service, parse } from "./interleavingService.ts"
import * as engine from "../../packages/core/src/internal/session/engine.ts"
import * as flights from "../../packages/core/src/internal/session/flights.ts"
import { Watch } from "./interleavingWatch.ts"
import { credentials, GetBalance, said, SendMsg } from "./support.ts"
import type { Service as SessionService } from "./support.ts"
import * as VirtualTime from "./virtualTime.ts"

export const calls = ["ping", "check", "open", "use", "getbalance", "sendmsg"] as const
export type Call = (typeof calls)[number]

export const providers = ["honest", "slow", "fails", "dies", "interrupts", "hangs", "stuck", "calls itself"] as const
type Provider = (typeof providers)[number]

interface Caller {
  readonly name: Call
  readonly fiber: Fiber.RuntimeFiber<unknown, unknown>
  interrupted: boolean
  outcome: string | undefined
}

export interface Options {
  readonly seed: string
  readonly policy: VirtualTime.Policy
  readonly keepAlive?: "renew" | "lazy" | undefined
  /** What goes wrong with the next request, and how many milliseconds its reply takes. */
  readonly fault: () => Fault | undefined
  readonly latency: () => number
  /** Whether its transport calls back. */
  readonly callsBack: boolean
}

/** A session, its service, its callers, and the watch over them. */
export class Rig {
  readonly world: VirtualTime.World
  readonly watch: Watch
  readonly service = new Service()
  given = "password-0"
  provider: Provider = "honest"
  steps = 0
  readonly callers: Array<Caller> = []
  private readonly session: SessionService
  private readonly scope: Scope.CloseableScope
  private readonly events: Queue.Dequeue<SessionEvent>
  private readonly options: Options
  /** The reads of the provider that nothing can end before their time. */
  private stuck = 0

  constructor(options: Options) {
    this.options = options
    const world = VirtualTime.make(options.seed, options.policy)
    this.world = world
    this.watch = new Watch(world.monotonic)
    this.scope = world.now(Scope.make())
    const session = Session.layer({ credentials: this.credentials() }).pipe(Layer.provide(this.transport()))
    const layer =
      options.keepAlive === undefined
        ? session
        : KeepAlive.layer({ onExpired: options.keepAlive }).pipe(Layer.provideMerge(session))
    this.session = Context.get(world.now(Layer.buildWithScope(layer, this.scope)), Session.Session)
    this.events = world.now(Scope.extend(this.session.subscribe, world.now(Scope.make())))
  }

  // ---- what is done to it; everything only begins here, and runs when it is stepped

  call(name: Call, deadline?: Duration.DurationInput) {
    this.watch.asked(name)
    const effect = this.effectOf(name)
    const bounded = deadline === undefined ? effect : Transport.withDeadline(effect, deadline)
    const caller: Caller = { name, fiber: this.world.launch(bounded), interrupted: false, outcome: undefined }
    this.callers.push(caller)
    caller.fiber.addObserver((exit) => {
      caller.outcome = this.watch.ended(name, exit, caller.interrupted)
    })
  }

  interrupt(which: number) {
    const waiting = this.waiting()
    const caller = waiting[which % Math.max(waiting.length, 1)]
    if (caller === undefined) return
    caller.interrupted = true
    this.watch.note(`${caller.name} interrupted`)
    caller.fiber.unsafeInterruptAsFork(FiberId.none)
  }

  /** Everybody leaves: what is under way ends by itself, and nothing more begins. */
  desert() {
    const { watch } = this
    const before = watch.requests
    const leaving = this.waiting()
    for (const which of leaving.keys()) this.interrupt(which)
    this.settle()
    const begun = watch.requests
    // What is shared may be just about to be sent, and so may each command.
    const commands = leaving.filter(({ name }) => name === "use" || name === "getbalance" || name === "sendmsg")
    watch.must(begun - before <= Math.max(1, commands.length), "more requests than were about to be sent")
    this.pass("1 minute")
    watch.must(watch.requests === begun, "a request for nobody")
  }

  reset() {
    this.watch.note("reset")
    this.world.launch(this.session.reset)
  }

  close() {
    this.watch.note("close")
    this.world.launch(Scope.close(this.scope, Exit.void))
  }

  // ---- how it goes on

  waiting(): ReadonlyArray<Caller> {
    return this.callers.filter(({ fiber }) => fiber.unsafePoll() === null)
  }

  /** Runs one task. */
  step(): boolean {
    const ran = this.world.step()
    if (ran) this.steps += 1
    this.listen()
    return ran
  }

  /** Runs whatever can run without time. */
  settle() {
    while (this.step());
  }

  /** What the session says of itself, where nothing is left to run. */
  compare() {
    const { watch } = this
    const status = Effect.runSync(this.session.status)
    this.listen()
    watch.must(status.generation === watch.generation, `status tells generation ${status.generation}`)
    watch.must(watch.unpinged === 0, "a ping that was answered, and not told")
    watch.must((status.health === "Degraded") === watch.degraded, `status tells health ${status.health}`)
    const expected = watch.closed
      ? ["Closed"]
      : watch.rejected
        ? ["Rejected"]
        : watch.ready
          ? ["Ready", "Idle"]
          : watch.loggingIn
            ? // A session that was lost while it was being renewed.
              ["Authenticating", ...(this.options.keepAlive === undefined ? [] : ["Idle"])]
            : ["Idle"]
    watch.must(expected.includes(status.state), `status tells ${status.state} and not ${expected.join(" or ")}`)
  }

  /** Every caller ends, then everything does. */
  finish() {
    this.pass("10 minutes")
    this.compare()
    for (const { name } of this.waiting()) this.watch.must(false, `${name} never ends`)
    if (this.options.keepAlive === undefined) this.landed()
    this.close()
    this.ended()
  }

  /** After `close`: nobody waits, nothing runs, no timer is set. */
  ended() {
    this.settle()
    const { watch, world } = this
    watch.must(watch.closed, "Closed was not told")
    this.landed()
    for (const { name } of this.waiting()) watch.must(false, `${name} waits for a closed session`)
    const left = this.stuck + this.waiting().length
    watch.must(world.timers() === left, `${world.timers()} timers of a closed session`)
    watch.must(world.alive() === left, `${world.alive()} fibers of a closed session`)
    this.pass("1 day")
    watch.must(world.alive() === 0, "a fiber that outlives its session by a day")
  }

  private landed() {
    this.watch.must(engine.find(this.session)?.flights === flights.none, "something is under way for nobody")
  }

  pass(time: Duration.DurationInput) {
    const until = this.world.monotonic() + Duration.toMillis(time)
    do this.settle()
    while (this.watch.violations.length === 0 && this.world.tick(until - this.world.monotonic()))
    this.world.advance(until - this.world.monotonic())
  }

  // ---- what it is made of

  /** Hears the events in the very step in which something else is looked at, so that their order is the true one. */
  private listen() {
    if (Option.contains(this.events.unsafeSize(), 0)) return
    for (const event of Effect.runSync(this.events.takeAll)) this.watch.tell(event)
  }

  private effectOf(name: Call): Effect.Effect<unknown, unknown> {
    switch (name) {
      case "use":
        return this.session
          .use((id) => {
            this.listen()
            this.watch.hand(Redacted.value(id))
            return Command.execute(Own, id)
          })
          .pipe(Effect.provide(this.transport()))
      case "getbalance":
        return this.session.execute(GetBalance)
      case "sendmsg":
        return this.session.execute(SendMsg({ text: `message ${this.callers.length}` }))
      default:
        return this.session[name]
    }
  }

  private transport() {
    return Layer.succeed(Transport.Transport, {
      style: "document-literal",
      server: { address: "soap.example", port: 443 },
      deadline: Duration.seconds(15),
      send: (envelope) => {
        // A request counts from here on: the client checks and calls in one step.
        this.listen()
        const request = parse(envelope.operation, Redacted.value(envelope.xml))
        const sent = this.watch.begin(request)
        const exchange = Effect.onExit(
          this.service.answer(request, this.options.fault(), this.options.latency()),
          Exit.match({
            onFailure: (cause) =>
              Effect.sync(() => {
                this.listen()
                const failed = cause._tag === "Fail" ? cause.error : undefined
                this.watch.end(sent, failed?.reason ?? "interrupted", failed?.mayHaveReached ?? true)
              }),
            onSuccess: ({ body, status }) =>
              Effect.sync(() => {
                const text = /<return>(.*)<\/return>/.exec(new TextDecoder().decode(body))?.[1]
                this.watch.end(sent, text ?? `status ${status}`, true)
              })
          })
        )
        return this.options.callsBack ? calledBack(exchange) : exchange
      }
    })
  }

  private credentials(): Effect.Effect<ReturnType<typeof credentials>, string> {
    const honest = Effect.sync(() => credentials(this.given))
    return Effect.suspend(() => {
      this.watch.note(`? provider ${this.provider}`)
      switch (this.provider) {
        case "honest":
          return honest
        case "slow":
          return Effect.delay(honest, 20)
        case "fails":
          return Effect.fail("sealed")
        case "dies":
          return Effect.die("a defect in the provider")
        case "interrupts":
          return Effect.interrupt
        case "hangs":
          return Effect.never
        case "stuck":
          return this.hold(Effect.delay(honest, "2 minutes"))
        case "calls itself":
          return Effect.zipRight(this.refusedInside(), honest)
      }
    })
  }

  private hold<A, E>(effect: Effect.Effect<A, E>) {
    return Effect.suspend(() => {
      this.stuck += 1
      return Effect.ensuring(
        effect,
        Effect.sync(() => (this.stuck -= 1))
      )
    }).pipe(Effect.uninterruptible)
  }

  private refusedInside() {
    return Effect.flatMap(Effect.either(this.session.ping), (outcome) =>
      Effect.sync(() =>
        this.watch.must(
          Either.isLeft(outcome) && said(outcome.left) === "AuthFailed CredentialsUnavailable",
          "the provider may call its own session"
        )
      )
    )
  }
}
