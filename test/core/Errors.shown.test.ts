import * as Errors from "@effect-clickatell/core/Errors"
import * as Ping from "@effect-clickatell/core/Ping"
import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Exit, Layer, Logger, LogLevel, Runtime, Schema } from "effect"
import { inspect } from "node:util"
import { answering, envelope, escape, reply, sessionId } from "./codec.ts"
import * as trouble from "../../packages/core/src/internal/trouble.ts"
import { obeyed, unseen, words } from "./hostileWords.ts"
import { recorder } from "./recorder.ts"

const everything = Object.values(unseen).join("")

const replies = {
  "a description": reply("ping", escape(`ERR: 777, ${words}`)),
  "a code and a string of a fault": envelope(
    `<e:Fault><faultcode>${escape(words)}</faultcode><faultstring>${escape(words)}</faultstring></e:Fault>`
  )
}

const ping = (body: string) => Effect.exit(Effect.provide(Ping.ping(sessionId()), answering(body, { status: 500 })))

const causeOf = <E>(exit: Exit.Exit<unknown, E>): Cause.Cause<E> =>
  Exit.isFailure(exit) ? exit.cause : assert.fail("succeeded")

const printed = (cause: Cause.Cause<Errors.ExchangeError>): ReadonlyArray<string> => {
  const error = Cause.squash(cause)
  if (!(error instanceof Error)) return assert.fail("not an error")
  const failure = Runtime.makeFiberFailure(cause)
  return [error, failure, cause, Exit.failCause(cause), [error], { error }]
    .flatMap((value) => [
      inspect(value, { depth: 9 }),
      JSON.stringify(value),
      JSON.stringify(value, undefined, 2),
      ...(Array.isArray(value) ? [] : [String(value)])
    ])
    .concat([
      error.message,
      error.stack ?? "",
      failure.message,
      failure.stack ?? "",
      Cause.pretty(cause),
      Cause.pretty(cause, { renderErrorCause: true }),
      ...Cause.prettyErrors(cause).flatMap(({ message, stack }) => [message, stack ?? ""])
    ])
}

/** Whatever loggers and tracers of Effect make of an error, of its cause and of its message. */
const logged = (body: string) =>
  Effect.gen(function* () {
    const out: Array<string> = []
    const keep = (line: unknown) => void out.push(typeof line === "string" ? line : inspect(line, { depth: 9 }))
    const loggers = Layer.mergeAll(
      Logger.remove(Logger.defaultLogger),
      ...[Logger.stringLogger, Logger.jsonLogger, Logger.logfmtLogger, Logger.structuredLogger].map((logger) =>
        Logger.add(Logger.map<unknown, unknown, void>(logger, keep))
      ),
      Logger.minimumLogLevel(LogLevel.All)
    )
    const { told, tracer } = recorder()
    yield* Effect.gen(function* () {
      const cause = causeOf(yield* ping(body))
      const error = Cause.squash(cause)
      yield* Effect.logError(error).pipe(Effect.annotateLogs({ error, text: String(error) }), Effect.withSpan("caller"))
      yield* Effect.logError("it failed", error, cause)
    }).pipe(Effect.provide(loggers), Effect.withTracer(tracer))
    told.forEach(keep)
    return out
  })

describe.each(Object.entries(replies))("what a server wrote into %s", (_, body) => {
  it.effect("shows in every text of the error and is obeyed in none", () =>
    Effect.gen(function* () {
      for (const text of printed(causeOf(yield* ping(body)))) {
        assert.deepStrictEqual(obeyed(text), [], JSON.stringify(text))
      }
    })
  )

  it.effect("shows in every log and span and is obeyed in none", () =>
    Effect.gen(function* () {
      const out = yield* logged(body)
      assert.isAbove(out.filter((line) => line.includes("FORGED")).length, 8)
      for (const line of out) assert.deepStrictEqual(obeyed(line), [], JSON.stringify(line))
    })
  )

  it.effect("is as it came in the field", () =>
    Effect.gen(function* () {
      const error = Cause.squash(causeOf(yield* ping(body)))
      const field =
        error instanceof Errors.ApiError
          ? [error.description]
          : error instanceof Errors.SoapFault
            ? [error.faultCode, error.faultString]
            : assert.fail("another error")
      for (const text of field) assert.strictEqual(text, words)
    })
  )
})

describe("an error of anybody's words", () => {
  const operation = `o${everything}`
  const errors = [
    new Errors.AuthFailed({ operation, reason: "BadCredentials", code: everything }),
    new Errors.ApiError({ operation, code: everything, description: everything }),
    new Errors.SoapFault({ operation, faultCode: everything, faultString: everything }),
    new Errors.MalformedReply({ operation, reason: "Empty" }),
    new Errors.TransportError({ operation, reason: "Reset", phase: "body", mayHaveReached: true }),
    new Errors.InvalidParameters({ operation, parameters: [everything, "", `${everything}\nFORGED`] })
  ]

  it.each(errors)("has a message that is obeyed by nobody: %#", (error) => {
    assert.deepStrictEqual(obeyed(error.message), [])
    assert.notInclude(error.message, "\n")
  })

  it("cuts each of a server's texts to 512 characters in message and JSON, and none in its field", () => {
    const text = "x".repeat(600)
    const fault = new Errors.SoapFault({ operation: "ping", faultCode: text, faultString: text })
    const api = new Errors.ApiError({ operation: "ping", code: text, description: text })
    for (const error of [fault, api]) {
      for (const shown of [error.message, JSON.stringify(error), inspect(error)]) {
        assert.include(shown, `${"x".repeat(512)}…`)
        assert.notInclude(shown, "x".repeat(513))
      }
    }
    assert.deepStrictEqual([fault.faultCode, fault.faultString, api.code, api.description], [text, text, text, text])
  })

  it("is whole where its schema encodes it", () => {
    const error = new Errors.ApiError({ operation: "ping", code: "777", description: words })
    assert.deepInclude(Schema.encodeSync(Errors.ApiError)(error), { description: words })
  })
})

it("where a defect happened is said without its message, even if that looks like a place", () => {
  const [first, ...frames] = trouble.frames(Cause.die(new Error(`it said\n    at secret ${everything}`)))
  assert.isAbove(frames.length, 0)
  assert.match(first ?? "", /^ {4}at .*Errors\.shown\.test/)
})
