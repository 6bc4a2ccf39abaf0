import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Fault from "@effect-clickatell/testing/Fault"
import type { Envelope } from "@effect-clickatell/core/Envelope"
import * as Transport from "@effect-clickatell/core/Transport"
import type { TransportError, TransportReason } from "@effect-clickatell/core/Errors"
import type { Deferred } from "effect"
import { Clock, Context, Duration, Effect, Layer, Logger, LogLevel, Redacted } from "effect"
import { asSent } from "./calledBack.ts"

/** What goes wrong with one request, if anything does. */
export type Answer = Emulator.Decide

const strike =
  (fault: Fault.Fault): Answer =>
  () =>
    Effect.succeed(fault)

export const body = (text: string, status = 200, retryAfter?: Duration.DurationInput): Answer =>
  strike(
    Fault.status(status, {
      body: text,
      headers: retryAfter === undefined ? {} : { "retry-after": `${Duration.toSeconds(retryAfter)}` }
    })
  )

export const reply = (text: string, operation?: string): Answer => strike(Fault.reply(text, { operation }))

export const err = (code: string, description = "no"): Answer => reply(`ERR: ${code}, ${description}`)

export const fault = (code: "Client" | "Server"): Answer => strike(Fault.fault(code))

export const status = (code: number, retryAfter?: Duration.DurationInput): Answer =>
  body("<html><p>proxy</p></html>", code, retryAfter)

export const broken = (
  reason: TransportReason,
  phase: TransportError["phase"] = reason === "Connect" ? "connect" : "headers"
): Answer => strike(Fault.transport(reason, { phase, mayHaveReached: reason !== "Connect" }))

export const reset: Answer = strike(Fault.reset)
export const down: Answer = strike(Fault.refuse)
export const never: Answer = strike(Fault.hang)
export const dies: Answer = () => Effect.die("a defect in the transport")
export const slow =
  (delay: Duration.DurationInput, answer: Answer): Answer =>
  (request) =>
    Effect.delay(answer(request), delay)
export const gated =
  (gate: Deferred.Deferred<void>, answer: Answer): Answer =>
  (request) =>
    Effect.zipRight(gate, answer(request))

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

const ok = () => "OK:"

/** The emulator as a value that needs no effect to be told what to do, and that counts what it is asked. */
export const make = (
  options: {
    readonly latency?: Duration.DurationInput
    readonly deadline?: Duration.DurationInput
    readonly life?: Duration.DurationInput
  } = {}
): Server => {
  const { deadline = "15 seconds", latency = "100 millis", life } = options
  const log: Array<string> = []
  const sent: Array<string> = []
  const logins = { current: 0, most: 0 }
  const unfinished = { current: 0 }

  const emulated = Emulator.layer({
    credentials: "any",
    sessionLife: life,
    sessionId,
    commands: { getbalance: ok, sendmsg: ok }
  })
  // An answer may be later than the deadline that the client knows of: what comes of that is up to the test.
  const transported = Emulator.layerTransport({ latency, deadline: Duration.infinity })
  const context = Effect.runSync(Effect.scoped(Layer.build(Layer.provideMerge(transported, emulated))))
  const emulator = Context.get(context, Emulator.Emulator)
  const transport = Context.get(context, Transport.Transport)

  const send = (envelope: Envelope) =>
    Effect.gen(function* () {
      const { operation } = envelope
      const xml = Redacted.value(envelope.xml)
      const generation =
        operation === "auth"
          ? (yield* emulator.logins) + 1
          : Number(/<session_id>decafbad(\d+)<\/session_id>/.exec(xml)?.[1])
      log.push(`${(yield* Clock.currentTimeMillis) / 1000} ${operation} #${generation}`)
      sent.push(xml)
      return yield* counted(operation, transport.send(envelope))
    }).pipe(Logger.withMinimumLogLevel(LogLevel.None))

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
    honest: () => Effect.succeed(undefined),
    next: (operation, ...answers) =>
      Effect.runSync(Effect.forEach(answers, (answer) => emulator.fail(answer, { operation }), { discard: true })),
    always: (operation, answer) => {
      Effect.runSync(emulator.calm(operation))
      if (answer !== undefined) Effect.runSync(emulator.fail(answer, { operation, times: Infinity }))
    },
    expire: () => Effect.runSync(emulator.expireSessions),
    layer: Layer.succeed(Transport.Transport, {
      ...transport,
      server: { address: "soap.example", port: 443 },
      deadline: Duration.decode(deadline),
      send: (envelope) => asSent(send(envelope))
    })
  }
}
