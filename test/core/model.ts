import { ApiError, AuthFailed } from "@effect-clickatell/core/Errors"
import * as Envelope from "@effect-clickatell/core/Envelope"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import * as Transport from "@effect-clickatell/core/Transport"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Faults from "@effect-clickatell/testing/Fault"
import { assert } from "@effect/vitest"
import { Context, Duration, Effect, Exit, Fiber, Layer, Redacted, Scope, Stream } from "effect"
import { sessionId } from "./scriptedTransport.ts"
import { credentials, GetBalance, secrets, SendMsg } from "./support.ts"
import type { Service } from "./support.ts"
import * as VirtualTime from "./virtualTime.ts"

const usable = 14 * 60_000
const window = 5 * 60_000

interface Instant {
  readonly wall: number
  readonly monotonic: number
}

const elapsed = (from: Instant, to: Instant) => Math.max(to.wall - from.wall, to.monotonic - from.monotonic)

export type Fault = "Reset" | "Timeout" | "Lost" | "Slow" | "Busy" | "Proxy" | "Portal" | "Refused" | "Defect"

const strikes =
  (fault: Faults.Fault): Emulator.Decide =>
  () =>
    Effect.succeed(fault)

const soon =
  (decide: Emulator.Decide): Emulator.Decide =>
  (request) =>
    Effect.delay(
      Effect.suspend(() => decide(request)),
      50
    )

/** What each fault is to the service; a good answer takes its time too. */
const strike: Record<Fault | "None", Emulator.Decide> = {
  None: strikes(Faults.delay(50)),
  Slow: strikes(Faults.delay("10 seconds")),
  Lost: strikes(Faults.delay("1 hour")),
  Timeout: strikes(Faults.hang),
  Reset: soon(strikes(Faults.reset)),
  Busy: soon(strikes(Faults.reply("ERR: 901, busy"))),
  // Of the other code, 001, the emulator itself makes use where a session has expired.
  Refused: soon(({ operation }) =>
    Effect.succeed(Faults.reply(operation === "auth" ? "ERR: 001, no" : "ERR: 003, Session ID expired"))
  ),
  Proxy: soon(strikes(Faults.status(503))),
  Portal: soon(strikes(Faults.raw("<html></html>"))),
  Defect: soon(() => Effect.die("a defect in the transport"))
}

const ok = () => "OK:"

/** What the client may know, from the replies that reached it: the model that its every step is measured by. */
interface Known {
  closed: boolean
  /** The password of the credentials that were rejected. */
  rejected: string | undefined
  session: { id: string; usedAt: Instant; accepted: boolean; password: string } | undefined
  generation: number
  lastSuccess: Instant | undefined
  stillborn: number
  login: boolean
  /** When a login ended whose outcome is unknown, so that it may be tried again. */
  unknownAt: number | undefined
  rejections: number
  requests: Array<Instant>
}

const terminal = /ERR: (?:002|004|007|108)/

/** The service as it is, the client as the model knows it, and the real client between them. */
export class Simulation {
  readonly log: Array<string> = []
  private readonly violations: Array<unknown> = []
  readonly world: VirtualTime.World
  readonly session: Service
  private readonly scope: Scope.CloseableScope
  private readonly events: Array<SessionEvent> = []
  private readonly callers: Array<{ readonly name: string; readonly fiber: Fiber.RuntimeFiber<unknown, unknown> }> = []
  private readonly messages = new Map<string, Array<"refused" | "other">>()
  private readonly service: Emulator.Emulator["Type"]
  private readonly transport: Transport.Transport["Type"]
  private readonly faults: Array<Fault> = []
  private readonly known: Known = {
    closed: false,
    rejected: undefined,
    session: undefined,
    generation: 0,
    lastSuccess: undefined,
    stillborn: 0,
    login: false,
    unknownAt: undefined,
    rejections: 0,
    requests: []
  }
  private slept = 0
  private given = "password-0"
  private provider = true

  constructor(seed: string, onExpired: "renew" | "lazy" | "none") {
    this.world = VirtualTime.make(seed)
    this.scope = this.world.now(Scope.make())
    const emulated = Emulator.layer({
      credentials: { ...secrets, password: this.given },
      sessionId,
      commands: { use: ok, getbalance: ok, sendmsg: ok }
    })
    const context = this.world.now(
      Layer.buildWithScope(Layer.provideMerge(Emulator.layerTransport(), emulated), this.scope)
    )
    this.service = Context.get(context, Emulator.Emulator)
    this.transport = Context.get(context, Transport.Transport)
    this.world.now(this.service.fail((request) => strike[this.faults.shift() ?? "None"](request), { times: Infinity }))
    const transport = Layer.succeed(Transport.Transport, {
      ...this.transport,
      send: (envelope) => this.send(envelope)
    })
    const session = Session.layer({
      credentials: Effect.suspend(() =>
        this.provider ? Effect.succeed(credentials(this.given)) : Effect.fail("sealed")
      )
    }).pipe(Layer.provide(transport))
    const layer = onExpired === "none" ? session : KeepAlive.layer({ onExpired }).pipe(Layer.provideMerge(session))
    this.session = Context.get(this.world.now(Layer.buildWithScope(layer, this.scope)), Session.Session)
    this.world.fork(Stream.runForEach(this.session.events, (event) => Effect.sync(() => this.events.push(event))))
  }

  // The commands

  call(name: "ping" | "check" | "open" | "use" | "getbalance" | "sendmsg") {
    const text = `message ${this.callers.length}`
    if (name === "sendmsg") this.messages.set(text, [])
    const calls: Record<typeof name, Effect.Effect<unknown, unknown>> = {
      ping: this.session.ping,
      check: this.session.check,
      open: this.session.open,
      use: this.session.use((id) =>
        this.send(
          Envelope.make("document-literal", "use", [{ name: "session_id", type: "xsd:string", value: id }])
        ).pipe(answered)
      ),
      getbalance: this.session.execute(GetBalance),
      sendmsg: this.session.execute(SendMsg({ text }))
    }
    this.callers.push({ name, fiber: this.world.fork(calls[name]) })
  }

  fail(fault: Fault) {
    this.faults.push(fault)
  }

  advance(millis: number) {
    this.world.advance(millis)
  }

  interrupt(which: number) {
    const waiting = this.waiting()
    const caller = waiting[which % Math.max(waiting.length, 1)]
    if (caller !== undefined) this.world.now(Fiber.interrupt(caller.fiber))
  }

  expire() {
    this.world.now(this.service.expireSessions)
  }

  freeze(frozen: boolean) {
    this.world.now(frozen ? this.service.freeze : this.service.unfreeze)
  }

  lock(locked: boolean) {
    this.world.now(locked ? this.service.lockIp : this.service.unlockIp)
  }

  seal(sealed: boolean) {
    this.provider = !sealed
  }

  rotate(where: "service" | "provider" | "both", version: number) {
    if (where !== "provider") this.world.now(this.service.setPassword(`password-${version}`))
    if (where !== "service") this.given = `password-${version}`
  }

  reset() {
    const { known } = this
    const before = this.world.now(this.session.status).state
    this.world.now(this.session.reset)
    // A login that is under way goes on.
    if (known.closed || before === "Authenticating") return
    Object.assign(known, { rejected: undefined, session: undefined, stillborn: 0, requests: [] })
  }

  close() {
    this.known.closed = true
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
    const { known } = this
    const status = this.world.now(this.session.status)
    assert.strictEqual(status.generation, known.generation, "generation")
    assert.strictEqual(
      status.idle === undefined ? undefined : Math.round(Duration.toMillis(status.idle)),
      known.lastSuccess === undefined ? undefined : elapsed(known.lastSuccess, this.now()),
      "idle"
    )
    const expected = this.expected()
    // Between two attempts of one login nothing is under way, and the longest back-off is 9.6 seconds.
    const backingOff =
      expected === "Idle" && known.unknownAt !== undefined && this.world.monotonic() - known.unknownAt <= 9600
    if (!(backingOff && status.state === "Authenticating")) assert.strictEqual(status.state, expected, "state")

    const tags = this.events.map(({ _tag }) => _tag)
    const count = (tag: SessionEvent["_tag"]) => tags.filter((each) => each === tag).length
    assert.strictEqual(count("Authenticated"), known.generation, "Authenticated events")
    assert.strictEqual(count("Rejected"), known.rejections, "Rejected events")
    assert.strictEqual(count("Closed"), known.closed ? 1 : 0, "Closed events")
    if (known.closed) assert.strictEqual(tags.at(-1), "Closed")
    const edges = tags.filter((tag) => tag === "Degraded" || tag === "Recovered")
    assert.isTrue(
      edges.every((edge, index) => edge === (index % 2 === 0 ? "Degraded" : "Recovered")),
      "edges of health alternate"
    )
    assert.strictEqual(status.health, edges.at(-1) === "Degraded" ? "Degraded" : "Healthy", "health")
  }

  /** Every caller ends, and so does everything else. */
  finish() {
    this.faults.length = 0
    this.advance(5 * 60_000)
    this.check()
    assert.deepStrictEqual(
      this.waiting().map(({ name }) => name),
      [],
      "callers that never end"
    )
    if (!this.known.closed) this.close()
    this.advance(24 * 60 * 60_000)
    this.check()
  }

  private waiting() {
    return this.callers.filter(({ fiber }) => fiber.unsafePoll() === null)
  }

  private now(): Instant {
    return { wall: this.world.wall(), monotonic: this.world.monotonic() }
  }

  private expected(): string {
    const { closed, login, rejected, session } = this.known
    if (closed) return "Closed"
    if (login) return "Authenticating"
    if (rejected !== undefined) return "Rejected"
    return session !== undefined && elapsed(session.usedAt, this.now()) < usable ? "Ready" : "Idle"
  }

  // The transport, which sees what the client does

  private send(envelope: Envelope.Envelope): ReturnType<Transport.Transport["Type"]["send"]> {
    return Effect.suspend(() => {
      const xml = Redacted.value(envelope.xml)
      const id = /<session_id>(.*)<\/session_id>/.exec(xml)?.[1]
      const password = /<password>(.*)<\/password>/.exec(xml)?.[1]
      const text = /<text>(.*)<\/text>/.exec(xml)?.[1]
      const start = this.now()
      this.log.push(`${start.monotonic} ${envelope.operation} ${password ?? Number(id?.slice(8))}`)
      this.guard(() => {
        assert.isFalse(this.known.closed, "a request after the session was closed")
        if (password === undefined) this.mayUse(id, start)
        else this.mayLogIn(password, start)
        this.mayRepeat(text)
      })
      return this.onTimeOfService(this.transport.send(envelope)).pipe(
        Effect.onExit((exit) =>
          Effect.sync(() => {
            const said = Exit.isSuccess(exit) ? new TextDecoder().decode(exit.value.body) : ""
            if (text !== undefined) this.messages.get(text)?.push(/ERR: 00[135]/.test(said) ? "refused" : "other")
            if (password === undefined) this.used(id, said, start)
            else this.loggedIn(password, said, start)
          })
        )
      )
    })
  }

  // The service's clock is its own: nobody corrects it, and it runs on while the client's machine sleeps.
  private onTimeOfService<A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> {
    return Effect.clockWith((clock) =>
      Effect.withClock(effect, {
        ...clock,
        currentTimeMillis: Effect.sync(() => this.world.monotonic() + this.slept)
      })
    )
  }

  // An assertion that throws inside the client would be a defect of the transport, and as such survived.
  private guard(assertions: () => void) {
    try {
      assertions()
    } catch (error) {
      this.violations.push(error)
    }
  }

  private loggedIn(password: string, said: string, start: Instant) {
    const { known } = this
    known.login = false
    const id = /OK: (\w+)/.exec(said)?.[1]
    if (id !== undefined) {
      known.generation += 1
      known.session = { id, usedAt: start, accepted: false, password }
      known.lastSuccess = start
    } else if (terminal.test(said) || /ERR: 001/.test(said)) {
      this.reject(password)
    } else {
      known.unknownAt = this.world.monotonic()
    }
  }

  private used(id: string | undefined, said: string, start: Instant) {
    const { known } = this
    const { session } = known
    // A word about an older session says nothing about this one.
    if (session === undefined || session.id !== id) return
    if (/OK:/.test(said)) {
      if (elapsed(session.usedAt, start) > 0) session.usedAt = start
      session.accepted = true
      known.lastSuccess = session.usedAt
      known.stillborn = 0
    } else if (terminal.test(said)) {
      this.reject(session.password)
    } else if (/ERR: 00[135]/.test(said)) {
      known.stillborn = session.accepted ? 0 : known.stillborn + 1
      known.session = undefined
      if (known.stillborn === 2) this.reject(session.password)
    }
  }

  private reject(password: string) {
    this.known.rejections += 1
    this.known.rejected = password
    this.known.session = undefined
  }

  private mayUse(id: string | undefined, at: Instant) {
    const { rejected, session } = this.known
    assert.isUndefined(rejected, "a request of a rejected session")
    assert.isDefined(session, "a request without a session")
    assert.strictEqual(id, session.id, "a request with an old session")
    assert.isBelow(elapsed(session.usedAt, at), usable, "a request with a dead session")
  }

  private mayLogIn(password: string, at: Instant) {
    const { known } = this
    assert.isFalse(known.login, "two logins in flight")
    if (known.rejected !== undefined) {
      assert.notStrictEqual(password, known.rejected, "a login with rejected credentials")
      known.stillborn = 0
    }
    assert.isTrue(
      known.session === undefined || elapsed(known.session.usedAt, at) >= usable,
      "a login while there is a session"
    )
    known.requests = [...known.requests.filter((request) => elapsed(request, at) < window), at]
    assert.isAtMost(known.requests.length, 5, "logins in 5 minutes")
    // The last retry of one login, the next login, and the one relogin that a refusal allows.
    assert.isAtMost(known.requests.filter((request) => elapsed(request, at) < 4000).length, 3, "logins in 4 seconds")
    Object.assign(known, { login: true, rejected: undefined, session: undefined, unknownAt: undefined })
  }

  private mayRepeat(text: string | undefined) {
    const before = text === undefined ? [] : (this.messages.get(text) ?? [])
    assert.isBelow(before.length, 2, "a message sent three times")
    assert.isTrue(
      before.every((outcome) => outcome === "refused"),
      "a message sent again without a refusal"
    )
  }
}

/** How an effect of the caller's own reads its answers, in this library's errors. */
const answered = Effect.flatMap((response: Transport.Response): Effect.Effect<void, AuthFailed | ApiError> => {
  const operation = "use"
  const text = new TextDecoder().decode(response.body)
  const code = /ERR: (\d+)/.exec(text)?.[1] ?? ""
  if (text.includes("OK:")) return Effect.void
  if (["001", "003"].includes(code)) return new AuthFailed({ operation, reason: "SessionNotAccepted", code })
  if (code === "004") return new AuthFailed({ operation, reason: "AccountFrozen", code })
  if (code === "007") return new AuthFailed({ operation, reason: "IpLockdown", code })
  return new ApiError({ operation, code, description: "" })
})
