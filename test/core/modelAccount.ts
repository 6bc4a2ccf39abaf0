import * as Command from "@effect-clickatell/core/Command"
import type * as Envelope from "@effect-clickatell/core/Envelope"
import type { TransportError } from "@effect-clickatell/core/Errors"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import type { SessionId } from "@effect-clickatell/core/SessionId"
import * as Transport from "@effect-clickatell/core/Transport"
import { assert } from "@effect/vitest"
import { Context, Duration, Effect, Exit, Layer, Option, Redacted, Schema, Scope, Stream } from "effect"
import { asSent } from "./calledBack.ts"
import { elapsed, Known } from "./modelKnown.ts"
import type { Instant, Said } from "./modelKnown.ts"
import * as service from "./modelService.ts"
import type { AccountAtService, Fault } from "./modelService.ts"
import { credentials, GetBalance, said, SendMsg } from "./support.ts"
import type { Service } from "./support.ts"
import type * as VirtualTime from "./virtualTime.ts"

export const calls = ["ping", "check", "open", "own", "strange", "told", "getbalance", "sendmsg"] as const
export type Call = (typeof calls)[number]
export type OnExpired = "renew" | "lazy" | "none"

const first = "password-0"

/** One account: the service's side of it, the client as the model knows it, and the real client between them. */
export class Account {
  readonly known = new Known()
  readonly faults: Array<Fault> = []
  readonly session: Service
  readonly service: AccountAtService
  given = first
  isSealed = false
  private readonly events: Array<SessionEvent> = []
  private readonly messages = new Map<string, Array<"refused" | "other">>()
  private readonly name: string
  private readonly around: Surroundings

  constructor(number: number, onExpired: OnExpired, around: Surroundings) {
    const { scope, world } = around
    this.name = number === 0 ? "a" : "b"
    this.around = around
    this.service = world.now(
      Scope.extend(
        service.make(number, first, () => this.faults.shift()),
        scope
      )
    )
    const session = Session.layer({ credentials: this.credentials() }).pipe(Layer.provide(this.transport()))
    const layer = onExpired === "none" ? session : KeepAlive.layer({ onExpired }).pipe(Layer.provideMerge(session))
    this.session = Context.get(world.now(Layer.buildWithScope(layer, scope)), Session.Session)
    world.fork(Stream.runForEach(this.session.events, (event) => Effect.sync(() => this.hear(event))))
  }

  /** What a caller asks for; `text` tells its message from all others. */
  effectOf(name: Call, text: string): Effect.Effect<unknown, unknown> {
    const { session } = this
    switch (name) {
      case "own":
        return session.use((id) => this.exchange(name, id))
      case "strange":
        return session.use((id) => Effect.mapError(this.exchange(name, id), disguise))
      case "told":
        return session.use(
          (id) => Effect.mapError(this.exchange(name, id), disguise),
          ({ said }) => said.startsWith("AuthFailed SessionNotAccepted")
        )
      case "getbalance":
        return session.execute(GetBalance)
      case "sendmsg":
        this.messages.set(text, [])
        return session.execute(SendMsg({ text }))
      default:
        return session[name]
    }
  }

  /** Uses this session for nothing but a call of another one's, whose success is all that it learns. */
  during(inner: Effect.Effect<unknown, unknown>): Effect.Effect<unknown, unknown> {
    return this.session.use((id) =>
      Effect.suspend(() => {
        const start = this.now()
        return Effect.tap(inner, () =>
          Effect.sync(() =>
            this.known.used(Redacted.value(id), "use", start, { text: "OK:", at: this.now(), reached: true })
          )
        )
      })
    )
  }

  reset() {
    // Whoever waits begins anew at once, which the model must expect.
    this.known.reset()
    this.around.world.now(this.session.reset)
  }

  // What must hold after each command

  check() {
    const { known } = this
    const status = this.around.world.now(this.session.status)
    const told = (what: string) => `${this.name}: ${what}`
    assert.strictEqual(status.generation, known.generation, told("generation"))
    assert.strictEqual(
      status.idle === undefined ? undefined : Math.round(Duration.toMillis(status.idle)),
      known.lastSuccess === undefined ? undefined : elapsed(known.lastSuccess, this.now()),
      told("idle")
    )
    assert.strictEqual(status.state, known.expected(this.now()), told("state"))

    const tags = this.events.map(({ _tag }) => _tag)
    const count = (tag: SessionEvent["_tag"]) => tags.filter((each) => each === tag).length
    assert.strictEqual(count("Authenticated"), known.generation, told("Authenticated events"))
    assert.strictEqual(count("Rejected"), known.rejections, told("Rejected events"))
    assert.strictEqual(count("Reset"), known.epoch, told("Reset events"))
    assert.strictEqual(count("Closed"), known.closed ? 1 : 0, told("Closed events"))
    if (known.closed) assert.strictEqual(tags.at(-1), "Closed")
    const edges = tags.filter((tag) => tag === "Degraded" || tag === "Recovered" || tag === "Rejected")
    assert.isTrue(
      edges.every((tag, index) => isEdge(tag, edges[index - 1])),
      told(`edges of health alternate: ${edges.join(" ")}`)
    )
    const last = edges.at(-1) ?? "Recovered"
    assert.strictEqual(status.health, last === "Recovered" ? "Healthy" : "Degraded", told("health"))
  }

  private now(): Instant {
    const { world } = this.around
    return { wall: world.wall(), monotonic: world.monotonic() }
  }

  private hear(event: SessionEvent) {
    this.events.push(event)
    this.note(event._tag)
    if (event._tag === "Expired") this.guard(() => this.known.expire(this.now()))
  }

  private note(line: string) {
    this.around.log.push(`${this.around.world.monotonic()} ${this.name} ${line}`)
  }

  // An assertion that throws inside the client would be a defect of the transport, and as such survived.
  private guard(assertions: () => void) {
    try {
      assertions()
    } catch (error) {
      this.around.violations.push(error)
    }
  }

  private credentials() {
    return Effect.suspend(() => {
      const given = this.isSealed ? undefined : this.given
      this.guard(() => this.known.read(given, this.now()))
      return given === undefined ? Effect.fail("sealed") : Effect.succeed(credentials(given))
    })
  }

  // The transport, which sees what the client does

  private exchange(operation: string, id: SessionId) {
    const command = Command.make(operation, {
      parameters: Schema.Struct({}),
      decode: ([record]) => (record._tag === "Ok" ? Option.some(operation) : Option.none())
    })({})
    return Command.execute(command, id).pipe(Effect.provide(this.transport()))
  }

  private transport() {
    return Layer.succeed(Transport.Transport, {
      style: "document-literal",
      server: { address: "soap.example", port: 443 },
      deadline: Duration.seconds(15),
      send: (envelope) => asSent(this.send(envelope))
    })
  }

  private send(envelope: Envelope.Envelope): ReturnType<Transport.Transport["Type"]["send"]> {
    return Effect.suspend(() => {
      const xml = Redacted.value(envelope.xml)
      const read = (name: string) => new RegExp(`<${name}>(.*)</${name}>`).exec(xml)?.[1]
      const [id, password, text] = [read("session_id"), read("password"), read("text")]
      const { known } = this
      const { epoch } = known
      const start = this.now()
      this.note(`> ${envelope.operation} ${password ?? Number(id?.slice(8))}`)
      this.guard(() => {
        assert.isFalse(known.closed, "a request after the session was closed")
        if (password === undefined) known.mayUse(id, start)
        else known.mayLogIn(password, start)
        this.mayRepeat(text)
      })
      return this.onTimeOfService(this.service.transport.send(envelope)).pipe(
        Effect.onExit((exit) =>
          Effect.sync(() => {
            const said = { ...outcome(exit), at: this.now() }
            this.note(`< ${envelope.operation} ${said.text}`)
            if (text !== undefined) this.messages.get(text)?.push(/ERR: 00[135]/.test(said.text) ? "refused" : "other")
            if (password === undefined) known.used(id, envelope.operation, start, said)
            else known.loggedIn({ epoch, password, start }, said)
          })
        )
      )
    })
  }

  // The service's clock is its own: nobody corrects it, and it runs on while the client's machine sleeps.
  private onTimeOfService<A, E>(effect: Effect.Effect<A, E>): Effect.Effect<A, E> {
    const { slept, world } = this.around
    return Effect.clockWith((clock) =>
      Effect.withClock(effect, {
        ...clock,
        currentTimeMillis: Effect.sync(() => world.monotonic() + slept()),
        unsafeCurrentTimeMillis: () => world.monotonic() + slept()
      })
    )
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

// A rejection is an edge too, and may come on top of another.
const isEdge = (tag: string, before: string | undefined) =>
  tag === "Rejected" || (tag === "Recovered") === (before === "Degraded" || before === "Rejected")

/** What both accounts live in. */
export interface Surroundings {
  readonly world: VirtualTime.World
  readonly scope: Scope.Scope
  readonly log: Array<string>
  readonly violations: Array<unknown>
  /** For how long the client's machine slept, through which the service's clock ran on. */
  readonly slept: () => number
}

/** An error of the caller's own, which says what it was and belongs to no session. */
const disguise = (error: object) => ({ said: said(error) })

const outcome = (exit: Exit.Exit<Transport.Response, TransportError>): Omit<Said, "at"> =>
  Exit.match(exit, {
    onFailure: (cause) => ({ text: "", reached: cause._tag !== "Fail" || cause.error.mayHaveReached }),
    onSuccess: ({ body }) => ({
      text: /<return>(.*)<\/return>/.exec(new TextDecoder().decode(body))?.[1] ?? "",
      reached: true
    })
  })
