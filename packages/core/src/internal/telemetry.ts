import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as Option from "effect/Option"
import * as Cause from "effect/Cause"
import * as Predicate from "effect/Predicate"
import type * as Tracer from "effect/Tracer"
import type { Transport } from "../Transport.ts"

// Name, unit and boundaries of the OpenTelemetry semantic conventions for RPC clients.
const duration = Metric.histogram(
  "rpc.client.call.duration",
  MetricBoundaries.fromIterable([0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]),
  "Duration of a logical call, retries included, in seconds"
)

/** One span and one measurement for a logical call, whatever exchanges it takes; no attribute can hold a secret. */
export const call = <A, E, R>(
  operation: string,
  server: Transport["Type"]["server"],
  effect: Effect.Effect<A, E, R>,
  options: { readonly root?: boolean } = {}
): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    const method = `clickatell.Webservice/${operation}`
    const base = {
      "rpc.system.name": "soap",
      "rpc.method": method,
      "server.address": server.address,
      "server.port": server.port
    }
    const measured = Effect.flatMap(Clock.currentTimeNanos, (start) =>
      Effect.onExit(effect, (exit) =>
        Effect.flatMap(Clock.currentTimeNanos, (end) => {
          const attributes = { ...base, ...outcome(exit) }
          const tagged = Object.entries(attributes).reduce(
            (metric, [key, value]) => Metric.tagged(metric, key, String(value)),
            duration
          )
          return Effect.zipRight(
            Effect.annotateCurrentSpan(attributes),
            Metric.update(tagged, Number(end - start) / 1e9)
          )
        })
      )
    )
    return inSpan(method, { kind: "client", ...options }, measured, showOwn)
  })

// Our own errors may be shown; a defect is the transport's, and may quote the request.
const showOwn = <E>(cause: Cause.Cause<E>): E | string =>
  Option.getOrElse(Cause.failureOption(cause), () => errorTag(cause))

/** A span for an operation of the session itself, which may need calls or none and may fail with a caller's own error. */
export const operation = <A, E, R>(
  name: string,
  effect: Effect.Effect<A, E, R>,
  options: Tracer.SpanOptions = {}
): Effect.Effect<A, E, R> => {
  const described = Effect.tapErrorCause(effect, (cause) => Effect.annotateCurrentSpan("error.type", errorTag(cause)))
  return inSpan(`clickatell.session.${name}`, options, described, errorTag)
}

/** Runs an effect in a span, which keeps what it ends with: of a failure, only what may be shown. */
const inSpan = <A, E, R>(
  name: string,
  options: Tracer.SpanOptions,
  effect: Effect.Effect<A, E, R>,
  show: (cause: Cause.Cause<E>) => E | string
): Effect.Effect<A, E, R> =>
  Effect.suspend(() => {
    let exit: Exit.Exit<A, E> | undefined
    return Effect.exit(effect).pipe(
      Effect.flatMap((ended) => {
        exit = ended
        return Exit.isSuccess(ended) ? Effect.void : Effect.fail(show(ended.cause))
      }),
      Effect.withSpan(name, { captureStackTrace: false, ...options }),
      Effect.catchAll(() => Effect.void),
      Effect.flatMap(() => exit ?? Effect.interrupt)
    )
  })

/** A span for the time that a call waits for a login, linked to the login's own, which belongs to nobody's trace. */
export const awaitLogin =
  (login: () => Tracer.AnySpan | undefined) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    operation("login", linkTo(login, effect))

/** Links the span around an effect to one that is known when the effect ends. */
export const linkTo = <A, E, R>(
  span: () => Tracer.AnySpan | undefined,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R> =>
  Effect.ensuring(
    effect,
    Effect.suspend(() => {
      const found = span()
      return found === undefined ? Effect.void : Effect.linkSpanCurrent(found)
    })
  )

const outcome = (exit: Exit.Exit<unknown, unknown>): Readonly<Record<string, string>> => {
  if (Exit.isSuccess(exit)) return { "rpc.status_code": "OK" }
  const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
  if (Predicate.hasProperty(error, "code") && Predicate.isString(error.code)) {
    // A server can invent codes without end, and each would be a time series of its own.
    const code = /^\d{3}$/.test(error.code) ? error.code : "other"
    return { "rpc.status_code": code, "error.type": code }
  }
  if (Predicate.hasProperty(error, "reason") && Predicate.isString(error.reason)) return { "error.type": error.reason }
  return { "error.type": errorTag(exit.cause) }
}

/** A name for any failure, safe to log: a tag, or what kind of end it was. */
const errorTag = (cause: Cause.Cause<unknown>): string => {
  const error = Option.getOrUndefined(Cause.failureOption(cause))
  if (Predicate.hasProperty(error, "_tag") && Predicate.isString(error._tag)) return error._tag
  return error !== undefined ? "Error" : Cause.isInterruptedOnly(cause) ? "Interrupted" : "Defect"
}
