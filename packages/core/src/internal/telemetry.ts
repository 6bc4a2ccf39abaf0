import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as DefaultServices from "effect/DefaultServices"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberRef from "effect/FiberRef"
import * as Metric from "effect/Metric"
import * as MetricBoundaries from "effect/MetricBoundaries"
import * as MetricLabel from "effect/MetricLabel"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Tracer from "effect/Tracer"
import type { Transport } from "../Transport.ts"

type Server = Transport["Type"]["server"]

// Name, unit and boundaries of the OpenTelemetry semantic conventions for RPC clients.
const duration = Metric.histogram(
  "rpc.client.call.duration",
  MetricBoundaries.fromIterable([0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10]),
  "Duration of a logical call, retries included, in seconds"
)

/** One span and one measurement for a logical call, whatever exchanges it takes; no attribute can hold a secret. */
export const call = <A, E, R>(
  operation: string,
  server: Server,
  effect: Effect.Effect<A, E, R>,
  options: { readonly root?: boolean } = {}
): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime((fiber) => {
    const calls = callsOf(server)(operation)
    const clock = Context.get(fiber.currentDefaultServices, Clock.Clock)
    const start = clock.unsafeCurrentTimeNanos()
    const isTraced = isSeen(fiber)
    const measured = Effect.onExit(effect, (exit) => {
      const { attributes, metric } = seriesOf(calls, exit)
      const seconds = Number(clock.unsafeCurrentTimeNanos() - start) / 1e9
      metric.unsafeUpdate(seconds, fiber.getFiberRef(FiberRef.currentMetricLabels))
      return isTraced ? Effect.annotateCurrentSpan(attributes) : Effect.void
    })
    return isTraced ? inSpan(calls.method, { kind: "client", ...options }, measured, showOwn) : measured
  })

/** Whether anybody could see a span that is made here: not where nothing is around it but Effect's own tracer, which tells nobody. */
const isSeen = (fiber: Fiber.RuntimeFiber<unknown, unknown>): boolean =>
  fiber.currentSpan !== undefined ||
  (fiber.currentTracer !== silent && fiber.getFiberRef(FiberRef.currentTracerEnabled))

const silent = Context.get(DefaultServices.liveServices, Tracer.Tracer)

// Tags are made once, and a metric with tags looks up its place once. Names come from callers, so there is a limit to each.
const memoize = <A>(limit: number, make: (key: string) => A): ((key: string) => A) => {
  const known = new Map<string, A>()
  return (key) => {
    const found = known.get(key)
    if (found !== undefined) return found
    const made = make(key)
    if (known.size < limit) known.set(key, made)
    return made
  }
}

/** What is measured under one set of tags, to which exporters want the unit added. */
const makeSeries = (attributes: Readonly<Record<string, string | number>>) => {
  const labels = Object.entries({ ...attributes, unit: "s" }).map(([key, value]) =>
    MetricLabel.make(key, String(value))
  )
  return { attributes, metric: Metric.taggedWithLabels(duration, labels) }
}

const makeCalls = (server: Server) =>
  memoize(64, (operation) => {
    const method = `clickatell.Webservice/${operation}`
    const base = {
      "rpc.system.name": "soap",
      "rpc.method": method,
      "server.address": server.address,
      "server.port": server.port
    }
    return {
      method,
      succeeded: makeSeries({ ...base, "rpc.status_code": "OK" }),
      refused: memoize(64, (code) => makeSeries({ ...base, "rpc.status_code": code, "error.type": code })),
      failed: memoize(64, (type) => makeSeries({ ...base, "error.type": type }))
    }
  })

type Calls = ReturnType<typeof makeCalls>

const known = new WeakMap<Server, Calls>()

const callsOf = (server: Server): Calls => {
  const found = known.get(server)
  if (found !== undefined) return found
  const calls = makeCalls(server)
  known.set(server, calls)
  return calls
}

// Our own errors may be shown; a defect is the transport's, and may quote the request.
const showOwn = <E>(cause: Cause.Cause<E>): E | string =>
  Option.getOrElse(Cause.failureOption(cause), () => errorTag(cause))

/** A span for an operation of the session itself, which may need calls or none and may fail with a caller's own error. */
export const operation = <A, E, R>(
  name: string,
  effect: Effect.Effect<A, E, R>,
  options: Tracer.SpanOptions = {}
): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime((fiber) => {
    if (!isSeen(fiber)) return effect
    const described = Effect.tapErrorCause(effect, (cause) => Effect.annotateCurrentSpan("error.type", errorTag(cause)))
    return inSpan(`clickatell.session.${name}`, options, described, errorTag)
  })

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

/** Hands the span around it to whoever keeps it, for others to link to. */
export const noteSpan = (keep: (span: Tracer.AnySpan | undefined) => void): Effect.Effect<void> =>
  Effect.withFiberRuntime((fiber) => {
    keep(fiber.currentSpan)
    return Effect.void
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
  Effect.withFiberRuntime((fiber) =>
    fiber.currentSpan === undefined
      ? effect
      : Effect.ensuring(
          effect,
          Effect.suspend(() => {
            const found = span()
            return found === undefined ? Effect.void : Effect.linkSpanCurrent(found)
          })
        )
  )

const seriesOf = ({ failed, refused, succeeded }: ReturnType<Calls>, exit: Exit.Exit<unknown, unknown>) => {
  if (Exit.isSuccess(exit)) return succeeded
  const error = Option.getOrUndefined(Cause.failureOption(exit.cause))
  // A server can invent codes without end, and each would be a time series of its own.
  if (Predicate.hasProperty(error, "code") && Predicate.isString(error.code)) {
    return refused(/^\d{3}$/.test(error.code) ? error.code : "other")
  }
  if (Predicate.hasProperty(error, "reason") && Predicate.isString(error.reason)) return failed(error.reason)
  return failed(errorTag(exit.cause))
}

/** A name for any failure, safe to log: a tag, or what kind of end it was. */
const errorTag = (cause: Cause.Cause<unknown>): string => {
  const error = Option.getOrUndefined(Cause.failureOption(cause))
  if (Predicate.hasProperty(error, "_tag") && Predicate.isString(error._tag)) return error._tag
  return error !== undefined ? "Error" : Cause.isInterruptedOnly(cause) ? "Interrupted" : "Defect"
}
