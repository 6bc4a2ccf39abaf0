import * as Transport from "@effect-clickatell/core/Transport"
import { TransportError } from "@effect-clickatell/core/Errors"
import type { TransportReason } from "@effect-clickatell/core/Errors"
import { Clock, Deferred, Duration, Effect, Layer, Redacted } from "effect"

/** What the service does with one request, after the latency. */
export type Answer = (request: Request) => Effect.Effect<Transport.Response, TransportError>

interface Request {
  readonly operation: string
  /** The session named, or for a login the one that it opens: the number in the order of handing out. */
  readonly generation: number
  readonly xml: string
}

const bytes = (text: string) => new TextEncoder().encode(text)

export const body =
  (text: string, status = 200, retryAfter?: Duration.DurationInput): Answer =>
  () =>
    Effect.succeed({
      status,
      body: bytes(text),
      retryAfter: retryAfter === undefined ? undefined : Duration.decode(retryAfter)
    })

const envelope = (content: string) =>
  `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>${content}</e:Body></e:Envelope>`

export const reply =
  (text: string, delivered = (operation: string) => operation): Answer =>
  (request) => {
    const name = delivered(request.operation)
    return body(envelope(`<${name}Response><return>${text}</return></${name}Response>`))(request)
  }

export const err = (code: string, description = "no"): Answer => reply(`ERR: ${code}, ${description}`)

export const fault = (code: string): Answer =>
  body(envelope(`<e:Fault><faultcode>e:${code}</faultcode><faultstring>oops</faultstring></e:Fault>`), 500)

export const status = (code: number, retryAfter?: Duration.DurationInput): Answer =>
  body("<html><p>proxy</p></html>", code, retryAfter)

export const broken =
  (reason: TransportReason, phase: TransportError["phase"] = reason === "Connect" ? "connect" : "headers"): Answer =>
  ({ operation }) =>
    Effect.fail(new TransportError({ operation, reason, phase, mayHaveReached: reason !== "Connect" }))

export const reset: Answer = broken("Reset")
export const down: Answer = broken("Connect")
export const never: Answer = () => Effect.never
export const dies: Answer = () => Effect.die("a defect in the transport")
export const slow =
  (delay: Duration.DurationInput, answer: Answer): Answer =>
  (request) =>
    Effect.delay(answer(request), delay)
export const gated =
  (gate: Deferred.Deferred<void>, answer: Answer): Answer =>
  (request) =>
    Effect.zipRight(Deferred.await(gate), answer(request))

export interface Server {
  /** One line for each request: the virtual time in seconds, the operation and the generation. */
  readonly log: Array<string>
  readonly layer: Layer.Layer<Transport.Transport>
  /** Answers the next requests of this operation, one each. */
  readonly next: (operation: string, ...answers: ReadonlyArray<Answer>) => void
  /** Answers all further requests of this operation, or goes back to the honest service. */
  readonly always: (operation: string, answer?: Answer) => void
  /** Ends all sessions. */
  readonly expire: () => void
  /** The honest service: sessions that live 15 minutes after their last use. */
  readonly honest: Answer
  readonly logins: { current: number; most: number }
  readonly unfinished: { current: number }
  readonly sent: Array<string>
}

export const sessionId = (generation: number): string => `decafbad${String(generation).padStart(24, "0")}`

/** A service in memory that does as it is told, and otherwise what the documentation promises. */
export const make = (
  options: {
    readonly latency?: Duration.DurationInput
    readonly deadline?: Duration.DurationInput
    readonly life?: Duration.DurationInput
  } = {}
): Server => {
  const { deadline = "15 seconds", latency = "100 millis", life = "15 minutes" } = options
  const log: Array<string> = []
  const sent: Array<string> = []
  const logins = { current: 0, most: 0 }
  const unfinished = { current: 0 }
  const queues = new Map<string, Array<Answer>>()
  const standing = new Map<string, Answer>()
  const sessions = new Map<number, number>()
  let handedOut = 0

  const honest: Answer = (request) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      if (request.operation === "auth") {
        handedOut += 1
        sessions.set(handedOut, now)
        return reply(`OK: ${sessionId(handedOut)}`)(request)
      }
      const usedAt = sessions.get(request.generation)
      if (usedAt === undefined || now - usedAt >= Duration.toMillis(life)) return err("001")(request)
      sessions.set(request.generation, now)
      return reply("OK:")(request)
    })

  const send: Transport.Transport["Type"]["send"] = (envelope) =>
    Effect.gen(function* () {
      const { operation } = envelope
      const xml = Redacted.value(envelope.xml)
      const generation =
        operation === "auth" ? handedOut + 1 : Number(/<session_id>decafbad(\d+)<\/session_id>/.exec(xml)?.[1])
      log.push(`${(yield* Clock.currentTimeMillis) / 1000} ${operation} #${generation}`)
      sent.push(xml)
      const answer = queues.get(operation)?.shift() ?? standing.get(operation) ?? honest
      return yield* counted(
        operation,
        Effect.delay(
          Effect.suspend(() => answer({ operation, generation, xml })),
          latency
        )
      )
    })

  const counted = <A, E>(operation: string, effect: Effect.Effect<A, E>) => {
    const count = (change: number) =>
      Effect.sync(() => {
        unfinished.current += change
        if (operation !== "auth") return
        logins.current += change
        logins.most = Math.max(logins.most, logins.current)
      })
    return Effect.acquireUseRelease(
      count(1),
      () => effect,
      () => count(-1)
    )
  }

  return {
    log,
    sent,
    logins,
    unfinished,
    honest,
    next: (operation, ...answers) => void queues.set(operation, [...(queues.get(operation) ?? []), ...answers]),
    always: (operation, answer) =>
      void (answer === undefined ? standing.delete(operation) : standing.set(operation, answer)),
    expire: () => sessions.clear(),
    layer: Layer.succeed(Transport.Transport, {
      style: "document-literal",
      server: { address: "soap.example", port: 443 },
      deadline: Duration.decode(deadline),
      send
    })
  }
}
