import { assert, describe, it } from "@effect/vitest"
import { Deadline } from "@effect-clickatell/core/Transport"
import * as UndiciTransport from "@effect-clickatell/platform/UndiciTransport"
import * as HttpClient from "@effect/platform/HttpClient"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import type { Behaviour } from "./faultServer.ts"
import * as Fault from "./faultServer.ts"
import type { Client, Expected } from "./harness.ts"
import {
  answering,
  assertIs,
  clientNames,
  clients,
  controller,
  Dispatching,
  envelope,
  failure,
  headWatch,
  open,
  send,
  soap
} from "./harness.ts"

const late = (phase: "headers" | "body"): Expected => ({ reason: "Timeout", phase, mayHaveReached: true })

describe.each(clientNames)("deadlines, with %s", (name) => {
  const client = clients[name]

  it.scoped("an answer that never comes", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.hang)
      const fiber = yield* Effect.fork(failure(send(client, { endpoint: server.url })))
      yield* server.requested
      yield* TestClock.adjust("15 seconds")
      assertIs(yield* Fiber.join(fiber), late("headers"))
      yield* server.closed
    })
  )

  const bodies: Readonly<Record<string, Behaviour>> = {
    "a body that stalls": Fault.head("Content-Length: 100\r\n\r\n<a>"),
    "a body that never begins": Fault.head("Content-Length: 100\r\n\r\n"),
    "a body of unknown length that stalls": Fault.head("Transfer-Encoding: chunked\r\n\r\n3\r\n<a>\r\n"),
    "a body of unknown length that never begins": Fault.head("Connection: close\r\n\r\n"),
    "a body that comes a byte at a time": Fault.sequence(Fault.head("Content-Length: 5000\r\n\r\n"), Fault.drip),
    "a body of unknown length that comes a byte at a time": Fault.sequence(
      Fault.head("Connection: close\r\n\r\n"),
      Fault.drip
    )
  }
  for (const [title, behaviour] of Object.entries(bodies)) {
    it.scoped(title, () =>
      Effect.gen(function* () {
        const { seen, watched } = yield* headWatch
        const server = yield* Fault.one(behaviour)
        const fiber = yield* Effect.fork(failure(send(client, { endpoint: server.url, ...watched })))
        yield* seen
        yield* TestClock.adjust("15 seconds")
        assertIs(yield* Fiber.join(fiber), late("body"))
        yield* server.closed
      })
    )
  }

  it.scopedLive("an answer that never comes, in real time", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.hang)
      assertIs(yield* failure(send(client, { endpoint: server.url, timeout: "300 millis" })), late("headers"))
      yield* server.closed
    })
  )

  it.scopedLive("a connection that is never made, which only UndiciTransport can tell from a missing answer", () =>
    Effect.gen(function* () {
      const endpoint = yield* Fault.unanswered
      assertIs(
        yield* failure(send(client, { endpoint, timeout: "300 millis" })),
        name === "UndiciTransport" ? { reason: "Timeout", phase: "connect", mayHaveReached: false } : late("headers")
      )
    })
  )
})

const stub = (effect: Effect.Effect<never>) =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make(() => effect)
  )

const silent: Readonly<Record<string, readonly [Client, Expected]>> = {
  HttpTransport: [stub(Effect.never), late("headers")],
  UndiciTransport: [
    (options) => UndiciTransport.layer({ ...options, dispatcher: new Dispatching(() => {}) }),
    { reason: "Timeout", phase: "connect", mayHaveReached: false }
  ]
}

describe.each(Object.entries(silent))("deadlines, with %s", (_, [silent, expected]) => {
  const after = (options: { readonly timeout?: Duration.DurationInput; readonly deadline?: Duration.DurationInput }) =>
    send(silent, { timeout: options.timeout }).pipe(Effect.provideService(Deadline, options.deadline))

  it.scoped("expires at once by a clock that does not wait", () =>
    Effect.clockWith((clock) =>
      Effect.gen(function* () {
        const hasty = Object.create(clock, { sleep: { value: () => Effect.void } }) as typeof clock
        assertIs(yield* Effect.withClock(failure(after({})), hasty), expected)
      })
    )
  )

  it.scoped("expires after 15 seconds by default", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(failure(after({})))
      yield* TestClock.adjust("14999 millis")
      assert.isTrue((yield* Fiber.poll(fiber))._tag === "None")
      yield* TestClock.adjust("1 millis")
      assertIs(yield* Fiber.join(fiber), expected)
    })
  )

  it.scoped("expires after the time that is set, or that single calls set in its place", () =>
    Effect.gen(function* () {
      const set = yield* Effect.fork(failure(after({ timeout: "3 seconds" })))
      const shorter = yield* Effect.fork(failure(after({ timeout: "3 seconds", deadline: "1 seconds" })))
      const longer = yield* Effect.fork(failure(after({ timeout: "3 seconds", deadline: "1 minutes" })))
      const running = Effect.map(
        Effect.forEach([shorter, set, longer], (fiber) => Fiber.poll(fiber)),
        (polls) => polls.filter((poll) => poll._tag === "None").length
      )
      yield* TestClock.adjust("1 seconds")
      assert.strictEqual(yield* running, 2)
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(yield* running, 1)
      yield* TestClock.adjust("57 seconds")
      assert.strictEqual(yield* running, 0)
    })
  )

  it.scoped("never waits for ever: the longest time that a timer can hold stands for a longer one", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(failure(after({ deadline: Duration.infinity })))
      yield* TestClock.adjust(2_147_483_647)
      assert.strictEqual((yield* Fiber.join(fiber)).reason, "Timeout")
    })
  )

  it.scoped("holds for a caller that cannot be interrupted", () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.fork(Effect.uninterruptible(failure(send(silent, {}))))
      yield* TestClock.adjust("15 seconds")
      assertIs(yield* Fiber.join(fiber), expected)
    })
  )
})

describe("deadlines", () => {
  it.scoped("sends nothing when there is no time left", () =>
    Effect.gen(function* () {
      const untouched = stub(Effect.die("sent"))
      const { mayHaveReached, phase, reason } = yield* failure(
        send(untouched, {}).pipe(Effect.provideService(Deadline, 0))
      )
      assert.deepStrictEqual([reason, phase, mayHaveReached], ["Timeout", "connect", false])
    })
  )

  it.scoped("does not wait for steps that cannot be interrupted, nor for those of its caller", () =>
    Effect.gen(function* () {
      const stubborn = send(stub(Effect.uninterruptible(Effect.never)), {})
      const fiber = yield* Effect.fork(Effect.uninterruptible(failure(stubborn)))
      yield* TestClock.adjust("15 seconds")
      assert.strictEqual((yield* Fiber.join(fiber)).reason, "Timeout")
    })
  )
})

const ready: Readonly<Record<string, Client>> = {
  HttpTransport: answering(() => new Response(soap)),
  UndiciTransport: (options) =>
    UndiciTransport.layer({
      ...options,
      dispatcher: new Dispatching((handler) => {
        const it = controller()
        handler.onRequestStart?.(it, {})
        handler.onResponseStart?.(it, 200, {})
        handler.onResponseEnd?.(it, {})
      })
    })
}

describe.each(Object.entries(ready))("deadlines in real time, with %s", (_, client) => {
  it.scopedLive("leaves no timer behind", () =>
    Effect.gen(function* () {
      const transport = yield* open(client, {})
      const timers = Effect.sync(() => process.getActiveResourcesInfo().filter((it) => it === "Timeout").length)
      const before = yield* timers
      yield* Effect.forEach(
        Array.from({ length: 50 }, () => transport),
        (it) => it.send(envelope)
      )
      yield* Effect.yieldNow()
      assert.strictEqual(yield* timers, before)
    })
  )
})
