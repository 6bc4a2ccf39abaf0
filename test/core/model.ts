import { ApiError, AuthFailed, TransportError } from "@effect-clickatell/core/Errors"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import * as Transport from "@effect-clickatell/core/Transport"
import { assert } from "@effect/vitest"
import { Context, Duration, Effect, Exit, Fiber, Layer, Redacted, Scope, Stream } from "effect"
import { credentials, GetBalance, SendMsg } from "./support.ts"
import type { Service } from "./support.ts"
import * as VirtualTime from "./virtualTime.ts"

const usable = 14 * 60_000
const life = 15 * 60_000
const window = 5 * 60_000

interface Instant {
  readonly wall: number
  readonly monotonic: number
}

const elapsed = (from: Instant, to: Instant) => Math.max(to.wall - from.wall, to.monotonic - from.monotonic)

export type Fault = "Reset" | "Timeout" | "Lost" | "Slow" | "Busy" | "Proxy" | "Portal" | "Refused" | "Defect"

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
  private readonly sessions = new Map<string, number>()
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
  private handedOut = 0
  private password = "password-0"
  private given = "password-0"
  private provider = true
  private frozen = false
  private locked = false

  constructor(seed: string, onExpired: "renew" | "lazy" | "none") {
    this.world = VirtualTime.make(seed)
    this.scope = this.world.now(Scope.make())
    const transport = Layer.succeed(Transport.Transport, {
      style: "document-literal",
      server: { address: "soap.example", port: 443 },
      deadline: Duration.seconds(15),
      send: (envelope) => this.send(envelope.operation, Redacted.value(envelope.xml))
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
      use: this.session.use((id) => this.send("use", `<session_id>${Redacted.value(id)}</session_id>`).pipe(answered)),
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
    this.sessions.clear()
  }

  freeze(frozen: boolean) {
    this.frozen = frozen
  }

  lock(locked: boolean) {
    this.locked = locked
  }

  seal(sealed: boolean) {
    this.provider = !sealed
  }

  rotate(where: "service" | "provider" | "both", version: number) {
    if (where !== "provider") this.password = `password-${version}`
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

  // The service, which sees what the client does

  private send(operation: string, xml: string): Effect.Effect<Transport.Response, TransportError> {
    return Effect.suspend(() => {
      const id = /<session_id>(.*)<\/session_id>/.exec(xml)?.[1]
      const password = /<password>(.*)<\/password>/.exec(xml)?.[1]
      const text = /<text>(.*)<\/text>/.exec(xml)?.[1]
      const start = this.now()
      this.log.push(`${start.monotonic} ${operation} ${password ?? Number(id?.slice(8))}`)
      this.guard(() => {
        assert.isFalse(this.known.closed, "a request after the session was closed")
        if (password === undefined) this.mayUse(id, start)
        else this.mayLogIn(password, start)
        this.mayRepeat(text)
      })
      return this.answer(operation, id, password, this.faults.shift()).pipe(
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

  private answer(
    operation: string,
    id: string | undefined,
    password: string | undefined,
    fault: Fault | undefined
  ): Effect.Effect<Transport.Response, TransportError> {
    const fail = (reason: TransportError["reason"], delay: number) =>
      Effect.delay(new TransportError({ operation, reason, phase: "headers", mayHaveReached: true }), delay)
    const reply = (text: string, delay = 50) => Effect.delay(Effect.succeed(response(operation, text)), delay)
    switch (fault) {
      case "Reset":
        return fail("Reset", 50)
      case "Timeout":
        return fail("Timeout", 15_000)
      case "Busy":
        return reply("ERR: 901, busy")
      case "Refused":
        return reply("ERR: 001, no")
      case "Proxy":
        return Effect.delay(Effect.succeed({ status: 503, body: new Uint8Array() }), 50)
      case "Portal":
        return Effect.delay(Effect.succeed({ status: 200, body: new TextEncoder().encode("<html></html>") }), 50)
      case "Defect":
        return Effect.delay(Effect.die("a defect in the transport"), 50)
      case "Lost":
        this.service(id, password)
        return fail("Timeout", 15_000)
      case "Slow":
        return reply(this.service(id, password), 10_000)
      case undefined:
        return reply(this.service(id, password))
    }
  }

  /** What the service does as soon as a request reaches it. */
  private service(id: string | undefined, password: string | undefined): string {
    const now = this.world.monotonic() + this.slept
    if (this.locked) return "ERR: 007, IP lockdown violation"
    if (this.frozen) return "ERR: 004, account frozen"
    if (password !== undefined) {
      if (password !== this.password) return "ERR: 001, Authentication failed"
      this.handedOut += 1
      const opened = `decafbad${String(this.handedOut).padStart(24, "0")}`
      this.sessions.set(opened, now)
      return `OK: ${opened}`
    }
    const usedAt = this.sessions.get(id ?? "")
    if (usedAt === undefined || now - usedAt >= life) return "ERR: 003, Session ID expired"
    this.sessions.set(id ?? "", now)
    return "OK:"
  }
}

const response = (operation: string, text: string): Transport.Response => ({
  status: 200,
  body: new TextEncoder().encode(
    `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>` +
      `<${operation}Response><return>${text}</return></${operation}Response></e:Body></e:Envelope>`
  )
})

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
