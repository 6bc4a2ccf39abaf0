import type * as Command from "@effect-clickatell/core/Command"
import { execute } from "@effect-clickatell/core/Command"
import { Transport } from "@effect-clickatell/core/Transport"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, Metric, Option } from "effect"
import { reply, transport } from "./codec.ts"
import { recorder } from "./recorder.ts"

const command = (operation: string): Command.Command<void, never> => ({
  operation,
  parameters: Either.right([]),
  returns: "one",
  decode: () => Either.void,
  idempotent: true
})

/** Calls once, and tells which span the transport finds itself in. */
const spanAround = (around: (effect: Effect.Effect<unknown>) => Effect.Effect<unknown>) =>
  Effect.gen(function* () {
    let seen: string | undefined
    const service = transport(reply("seen", "OK"))
    const send: Transport["Type"]["send"] = (envelope) =>
      Effect.zipRight(
        Effect.map(Effect.option(Effect.currentSpan), (span) => {
          seen = Option.getOrUndefined(span)?.name
        }),
        service.send(envelope)
      )
    const call = Effect.provideService(execute(command("seen")), Transport, { ...service, send })
    yield* around(Effect.exit(call))
    return seen
  })

const name = "clickatell.Webservice/seen"

describe("the span of a call", () => {
  it.effect("is not made where nobody can see it", () =>
    Effect.gen(function* () {
      assert.isUndefined(yield* spanAround((call) => call))
      const { tracer } = recorder()
      const disabled = (call: Effect.Effect<unknown>) =>
        call.pipe(Effect.withTracerEnabled(false), Effect.withTracer(tracer))
      assert.isUndefined(yield* spanAround(disabled))
    })
  )

  it.effect("is made for any tracer that was set, and inside any span", () =>
    Effect.gen(function* () {
      const { spans, tracer } = recorder()
      assert.strictEqual(yield* spanAround(Effect.withTracer(tracer)), name)
      assert.deepStrictEqual(
        spans.map((span) => span.name),
        [name]
      )
      assert.strictEqual(yield* spanAround(Effect.withSpan("outer")), name)
    })
  )
})

const counts = (operations: string) =>
  Effect.map(Metric.snapshot, (snapshot) =>
    snapshot.flatMap(({ metricKey, metricState }) => {
      const tags = Object.fromEntries(metricKey.tags.map(({ key, value }) => [key, value]))
      return metricKey.name === "rpc.client.call.duration" && tags["rpc.method"]?.includes(operations) === true
        ? [{ tags, count: "count" in metricState ? metricState.count : undefined }]
        : []
    })
  )

describe("the measurement of a call", () => {
  it.effect("is right for more operations and codes than are remembered", () =>
    Effect.gen(function* () {
      const asked = Array.from({ length: 100 }, (_, n) => `many${n}`)
      const answers = new Map(asked.map((operation, n) => [operation, reply(operation, `ERR: ${100 + n}, no`)]))
      const service = transport("")
      const send: Transport["Type"]["send"] = (envelope) =>
        transport(answers.get(envelope.operation) ?? reply(envelope.operation, answers.get("one") ?? "")).send(envelope)
      const ask = (operation: string) =>
        Effect.exit(Effect.provideService(execute(command(operation)), Transport, { ...service, send }))
      for (const operation of [...asked, ...asked]) yield* ask(operation)
      for (const [, n] of asked.entries()) {
        answers.set("one", `ERR: ${100 + Number(n.slice(4))}, no`)
        yield* ask("coded")
        yield* ask("coded")
      }
      const many = yield* counts("/many")
      assert.lengthOf(many, 100)
      assert.isTrue(many.every(({ count }) => count === 2))
      const coded = yield* counts("/coded")
      assert.sameMembers(
        coded.map(({ tags }) => tags["rpc.status_code"]),
        asked.map((_, n) => String(100 + n))
      )
      assert.isTrue(coded.every(({ count, tags }) => count === 2 && tags["error.type"] === tags["rpc.status_code"]))
    })
  )

  it.effect("has the caller's own labels", () =>
    Effect.gen(function* () {
      const call = Effect.provideService(execute(command("labelled")), Transport, transport(reply("labelled", "OK")))
      yield* Effect.tagMetrics(call, "tenant", "one")
      yield* Effect.tagMetrics(call, "tenant", "two")
      yield* call
      assert.sameDeepMembers(
        (yield* counts("/labelled")).map(({ count, tags }) => [tags["tenant"], tags["rpc.status_code"], count]),
        [
          ["one", "OK", 1],
          ["two", "OK", 1],
          [undefined, "OK", 1]
        ]
      )
    })
  )
})
