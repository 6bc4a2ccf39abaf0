import { assert, describe } from "@effect/vitest"
import type * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import { Cause, Effect, Exit, Layer, Logger, LogLevel, Metric, Schedule, Stream, TestClock } from "effect"
import { inspect } from "node:util"
import { recorder } from "./recorder.ts"
import * as Scripted from "./scriptedTransport.ts"
import { it } from "./virtualTest.ts"
import type { Options, Service } from "./support.ts"
import { credentials, GetBalance, outcome, secrets, SendMsg, start } from "./support.ts"

// The ids that the scripted service hands out all begin so; the rest is what the credentials hold.
const canaries = ["decafbad", "vault-secret", ...Object.values(secrets)]

/** Everything that is ever printed: all formats of log, spans, events of spans and console. */
const recorded = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const out: Array<unknown> = []
    const keep = (line: unknown) => void out.push(line)
    const loggers = Layer.mergeAll(
      Logger.replace(Logger.defaultLogger, Logger.map(Logger.prettyLogger({ mode: "tty", colors: false }), keep)),
      Logger.add(Logger.map(Logger.stringLogger, keep)),
      Logger.add(Logger.map(Logger.jsonLogger, keep)),
      Logger.add(Logger.map(Logger.logfmtLogger, keep)),
      Logger.add(Logger.map(Logger.structuredLogger, keep)),
      Logger.add(Logger.make((options) => keep([options.message, options.cause, [...options.annotations]]))),
      Logger.minimumLogLevel(LogLevel.All)
    )
    const { spans, told, tracer } = recorder()
    const print = console.log
    const group = console.group
    console.log = (...args: ReadonlyArray<unknown>) => keep(args)
    console.group = (...args: ReadonlyArray<unknown>) => keep(args)
    yield* effect.pipe(
      Effect.provide(loggers),
      Effect.withTracer(tracer),
      Effect.ensuring(
        Effect.sync(() => {
          console.log = print
          console.group = group
        })
      )
    )
    out.push(...told, ...spans.flatMap(({ attributes, name }) => [name, attributes]))
    return out
  })

const forms = (value: unknown): ReadonlyArray<string> => [
  String(value),
  inspect(value, { depth: 12, showHidden: true }),
  JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner)) ?? "",
  ...(Cause.isCause(value) ? [Cause.pretty(value, { renderErrorCause: true })] : []),
  ...(value instanceof Error ? [value.message, value.stack ?? "", inspect(value.cause, { depth: 12 })] : [])
]

interface Scenario {
  readonly options?: Options
  readonly keepAlive?: KeepAlive.Options
  readonly service?: (server: Scripted.Server) => void
  readonly run?: (session: Service, server: Scripted.Server) => Effect.Effect<unknown, unknown>
}

const every = (answer: Scripted.Answer) => ({
  service: (server: Scripted.Server) => {
    for (const operation of ["auth", "ping", "getbalance", "sendmsg"]) server.always(operation, answer)
  }
})
const sessions = (answer: Scripted.Answer) => ({
  service: (server: Scripted.Server) => {
    for (const operation of ["ping", "getbalance", "sendmsg"]) server.always(operation, answer)
  }
})

// A server that sends back what it was sent is the worst that can happen to a description.
const echo: Scripted.Answer = (request) => Scripted.err("777", request.xml.replaceAll(/[<>&]/g, " "))(request)
const echoFault: Scripted.Answer = (request) =>
  Scripted.body(
    `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body><e:Fault><faultcode>e:Client</faultcode>` +
      `<faultstring>${request.xml.replaceAll(/[<>&]/g, " ")}</faultstring></e:Fault></e:Body></e:Envelope>`
  )(request)
const echoRaw: Scripted.Answer = (request) => Scripted.body(request.xml)(request)

const answers: Record<string, Scripted.Answer> = {
  "ERR 001": Scripted.err("001"),
  "ERR 004": Scripted.err("004"),
  "ERR 007": Scripted.err("007"),
  "ERR 108": Scripted.err("108"),
  "ERR 777": Scripted.err("777"),
  "ERR 901": Scripted.err("901"),
  "a fault": Scripted.fault("Server"),
  "an echo in a description": echo,
  "an echo in a fault": echoFault,
  "an echo": echoRaw,
  "a bad id": Scripted.reply(`OK: ${secrets.password}`),
  junk: Scripted.reply(`${secrets.password} ${Scripted.sessionId(1)}`),
  portal: Scripted.body("<html><p>pay</p></html>"),
  empty: Scripted.body(""),
  "status 503": Scripted.status(503),
  "status 429": Scripted.status(429, "5 seconds"),
  reset: Scripted.reset,
  timeout: Scripted.broken("Timeout"),
  defect: Scripted.dies,
  silence: Scripted.never
}

const scenarios: Record<string, Scenario> = {
  "all is well": {},
  ...Object.fromEntries(
    Object.entries(answers).flatMap(([name, answer]): ReadonlyArray<readonly [string, Scenario]> => [
      [`${name}, to everything`, every(answer)],
      [`${name}, to a session`, sessions(answer)]
    ])
  ),
  "a provider that fails": { options: { credentials: Effect.fail({ vault: "vault-secret", ...secrets }) } },
  "a session that expires": { run: (session, server) => Effect.zipRight(Effect.sync(server.expire), session.ping) },
  "credentials that rotate": {
    options: { credentials: Effect.sync(() => credentials()) },
    run: (session) => session.reset
  },
  "errors of the caller's own": {
    run: (session) => session.use(() => Effect.fail({ _tag: "Mine", ...secrets }))
  },
  "a broken schedule": {
    keepAlive: {
      schedule: Schedule.addDelay(Schedule.forever, (): number => {
        throw new Error("broken")
      })
    }
  },
  "a lazy keep-alive": { keepAlive: { onExpired: "lazy" } }
}

describe.each(Object.entries(scenarios))("no secret is shown: %s", (_, scenario) => {
  it.virtual("in logs, spans, metrics, status, events and errors", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      scenario.service?.(server)
      const shown: Array<unknown> = []
      const out = yield* recorded(
        Effect.scoped(
          Effect.gen(function* () {
            const session = yield* start(server, scenario.options, scenario.keepAlive ?? {})
            const events: Array<SessionEvent> = []
            yield* Effect.forkScoped(
              Stream.runForEach(session.events, (event) => Effect.sync(() => events.push(event)))
            )
            const calls: ReadonlyArray<Effect.Effect<unknown, unknown>> = [
              session.ping,
              session.check,
              session.execute(GetBalance),
              session.execute(SendMsg({ text: "hi" })),
              session.use(() => Effect.void),
              scenario.run?.(session, server) ?? Effect.void
            ]
            for (const call of calls) {
              // What is never answered is given up, as the deadline of a real transport would. Effect 3.19 runs what it may
              // give up in a fiber that it logs with its error, and an error of the caller's own is the caller's to keep from that.
              const bounded = Effect.timeoutFail(Effect.exit(call), { duration: "50 seconds", onTimeout: () => "late" })
              const exit = Exit.flatten(Exit.flatten(yield* outcome(Effect.exit(bounded), "1 minute")))
              shown.push(exit, yield* session.status, session)
              // An error of the caller's own is the caller's to print.
              if (Exit.isFailure(exit) && !inspect(exit).includes("Mine")) {
                shown.push(exit.cause, ...Cause.failures(exit.cause))
                yield* Effect.logError("failed", exit.cause)
                yield* Effect.log(...Cause.failures(exit.cause))
              } else {
                shown.splice(shown.indexOf(exit), 1)
              }
            }
            yield* TestClock.adjust("20 minutes")
            shown.push(events, yield* session.status, server.layer, session)
          })
        )
      )
      shown.push(yield* Metric.snapshot)
      assert.isAbove(out.length, 0)
      const text = [...out, ...shown].flatMap(forms).join("\n")
      for (const canary of canaries) assert.notInclude(text, canary)
      // The canaries do go out, or this proves nothing.
      assert.isTrue(scenario.options !== undefined || server.sent.join().includes(secrets.password))
    })
  )
})
