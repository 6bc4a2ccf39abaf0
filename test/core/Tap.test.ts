import * as Authenticate from "@effect-clickatell/core/Authenticate"
import * as Credentials from "@effect-clickatell/core/Credentials"
import type * as Envelope from "@effect-clickatell/core/Envelope"
import * as Ping from "@effect-clickatell/core/Ping"
import * as Tap from "@effect-clickatell/core/Tap"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Fault from "@effect-clickatell/testing/Fault"
import { assert, it } from "@effect/vitest"
import { Effect, Either, Layer, Queue, TestClock } from "effect"
import { answering, hex, reply } from "./codec.ts"

const secrets = { apiId: "canary-api-id", user: "canary-user", password: "canary-password" }

const tapped = (hook: (exchange: Tap.Exchange) => Effect.Effect<unknown, unknown>) =>
  Tap.layer((exchange) => Effect.asVoid(hook(exchange))).pipe(
    Layer.provide(Emulator.layerTransport()),
    Layer.provideMerge(Emulator.layer({ credentials: secrets }))
  )

const login = Effect.flatMap(Credentials.make(secrets), Authenticate.authenticate)

it.effect("a hook sees each exchange, numbered and masked", () =>
  Effect.gen(function* () {
    const seen = yield* Queue.unbounded<Tap.Exchange>()
    yield* Effect.gen(function* () {
      const id = yield* login
      const emulator = yield* Emulator.Emulator
      yield* emulator.fail(Fault.reset)
      yield* Effect.flip(Ping.ping(id))
      const [auth, ping] = [yield* Queue.take(seen), yield* Queue.take(seen)]
      assert.deepStrictEqual([auth.id, auth.operation, ping.id, ping.operation], [1, "auth", 2, "ping"])
      assert.include(auth.request, "<password>&lt;redacted&gt;</password>")
      const reply = Either.getOrThrow(auth.outcome)
      assert.strictEqual(reply.status, 200)
      assert.include(reply.body, "<return>OK: <redacted></return>")
      assert.deepInclude(Either.getLeft(ping.outcome), { _tag: "Some" })
      assert.notInclude(JSON.stringify([auth, ping]), "canary")
    }).pipe(Effect.provide(tapped((exchange) => Queue.offer(seen, exchange))))
  })
)

it.effect("a hook that fails, dies, throws or hangs is not felt by the call", () =>
  Effect.forEach(
    [
      () => Effect.fail("hook"),
      () => Effect.die("hook"),
      () => Effect.never,
      (): Effect.Effect<void> => {
        throw new Error("hook")
      }
    ],
    (hook) =>
      Effect.gen(function* () {
        yield* Ping.ping(yield* login)
        yield* TestClock.adjust("10 seconds")
      }).pipe(Effect.provide(tapped(hook)))
  )
)

/** What a hook is shown of this answer to a login. */
const bodyOf = (body: string | Uint8Array, style: Envelope.Style = "document-literal") =>
  Effect.gen(function* () {
    const seen = yield* Queue.unbounded<Tap.Exchange>()
    const layer = Layer.provide(
      Tap.layer((exchange) => Queue.offer(seen, exchange)),
      answering(body, { style })
    )
    return yield* Effect.provide(
      Effect.zipRight(
        Effect.either(login),
        Effect.map(Queue.take(seen), ({ outcome }) => Either.getOrThrow(outcome).body)
      ),
      layer
    )
  })

it.effect("a hook sees no id that a login can be answered with, however it is written", () =>
  Effect.gen(function* () {
    const [start, end] = [hex.slice(0, 9), hex.slice(9)]
    const numbers = Array.from(hex, (char) => `&#${char.charCodeAt(0)};`).join("")
    for (const id of [
      hex,
      hex.toUpperCase(),
      `<![CDATA[${hex}]]>`,
      `${start}<!-- 1 -->${end}`,
      `${start}<![CDATA[${end}]]>`,
      `<![CDATA[${start}]]>${end}`,
      `${start}<?a b?>${end}`,
      numbers
    ]) {
      const body = reply("auth", `OK: ${id}`)
      assert.isTrue(Either.isRight(yield* Effect.either(Effect.provide(login, answering(body)))), id)
      const shown = yield* bodyOf(body)
      assert.include(shown, "<redacted>")
      for (const piece of [start, end, start.toUpperCase(), numbers]) assert.notInclude(shown, piece)
    }
  })
)

const latin1 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"))

it.effect("a hook sees a body as it came, and only the length of one that cannot be decoded", () =>
  Effect.gen(function* () {
    assert.strictEqual(yield* bodyOf("<a>\u009b\u202e\n</a>"), "<a>\u009b\u202e\n</a>")
    const declared = latin1(`<?xml version="1.0" encoding="ISO-8859-1"?><a>d\u00e9j\u00e0 canary-password</a>`)
    assert.include(yield* bodyOf(declared, "rpc-encoded"), "<a>d\u00e9j\u00e0 <redacted></a>")
    const garbled = latin1("canary-\u00ffpassword")
    assert.strictEqual(yield* bodyOf(garbled), `${garbled.length} bytes that cannot be decoded`)
    const utf16 = new Uint8Array(Buffer.from("\ufeffcanary-password", "utf16le"))
    assert.strictEqual(yield* bodyOf(utf16), `${utf16.length} bytes that cannot be decoded`)
    assert.notInclude(yield* bodyOf(utf16.subarray(2)), "w\u0000o\u0000r\u0000d")
  })
)
