import * as Command from "@effect-clickatell/core/Command"
import type * as Envelope from "@effect-clickatell/core/Envelope"
import { InvalidParameters } from "@effect-clickatell/core/Errors"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option, Redacted, Schema } from "effect"
import { quoted, reply } from "./codec.ts"
import { run } from "./commands.ts"
import { errorOf } from "./support.ts"

const named = (operation: string) =>
  Command.make(operation, { parameters: Schema.Struct({}), decode: ([record]) => Option.some(record) })({})

describe("the name of an operation", () => {
  it.effect.each(["sendmsg", "_a", "A.b-c_1", "x".repeat(1000)].map((name) => ({ name, title: quoted(name) })))(
    "can be $title",
    ({ name }) =>
      Effect.gen(function* () {
        const sent: Array<Envelope.Envelope> = []
        yield* run(named(name), reply(name, "OK:"), { sent })
        assert.include(sent.map(({ xml }) => Redacted.value(xml)).join(), `<ns1:${name}><session_id>`)
        assert.deepStrictEqual(
          sent.map(({ operation }) => operation),
          [name]
        )
      })
  )

  const illegal = [
    "",
    " ",
    "a b",
    "7x",
    "-a",
    ".a",
    "ns:ping",
    "ping/",
    "ping\n",
    "ping\r\nX-Injected: 1",
    "ping><password>x</password><a",
    "ping xmlns:ns1='urn:x'",
    "pi\u0000ng",
    "ping\u0085",
    "p\u00edng",
    "\u202eping",
    "\ud800",
    "😀",
    `${"x".repeat(2 ** 20)}<`
  ]
  it.effect.each(illegal.map((name) => ({ name, title: quoted(name) })))(
    "cannot be $title: nothing is sent, and what is told of it is harmless",
    ({ name }) =>
      Effect.gen(function* () {
        const sent: Array<Envelope.Envelope> = []
        const error = errorOf(yield* run(named(name), reply("ping", "OK:"), { sent }))
        assert.lengthOf(sent, 0)
        assert.instanceOf(error, InvalidParameters)
        assert.deepStrictEqual(error.parameters, [])
        assert.match(error.message, /^[\w.?-]{0,64}: nothing was sent: name the operation with letters/)
        assert.match(named(name).operation, /^[\w.?-]{0,64}$/)
      })
  )
})
