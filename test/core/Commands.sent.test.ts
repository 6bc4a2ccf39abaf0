import * as Commands from "@effect-clickatell/core/Commands"
import type { Array as Arr } from "effect"
import { Effect, Schema } from "effect"
import { assert, describe, it } from "@effect/vitest"
import { id } from "./codec.ts"
import { answered, messageId, styles } from "./messages.ts"

const [a, b, c] = ["27990000001", "27990000002", "27990000003"] as const
const list = Schema.NonEmptyArray(Commands.Sent)

const accepted = (number: number, to: string) => ({ _tag: "Accepted", id: messageId(number), to })
const refused = (code: string, description: string, to: string) => ({ _tag: "Refused", code, description, to })

describe.each(styles)("what a send gives in %s", (style) => {
  const send = (to: Arr.NonEmptyReadonlyArray<string>, ...records: ReadonlyArray<string>) =>
    answered(style, list, Commands.sendMsg({ to, text: "hi" }), ...records)

  it.effect("is an id for a lone recipient, whether its number is named or not", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* send([a], `ID: ${messageId(1)}`), [accepted(1, a)])
      assert.deepStrictEqual(yield* send([a], `ID: ${messageId(1)} To: ${a}`), [accepted(1, a)])
    })
  )

  it.effect("is a result for each of several, in the order asked", () =>
    Effect.gen(function* () {
      const results = [accepted(1, a), refused("128", "Number delisted", b), accepted(3, c)]
      const [first, second, third] = [
        `ID: ${messageId(1)} To: ${a}`,
        `ERR: 128, Number delisted To: ${b}`,
        `ID: ${messageId(3)} To: ${c}`
      ]
      assert.deepStrictEqual(yield* send([a, b, c], first, second, third), results)
      assert.deepStrictEqual(yield* send([a, b, c], third, second, first), results)
      assert.deepStrictEqual(yield* send([a, b, c], `${second}\n${third}\n${first}`), results)
    })
  )

  it.effect("gives records without a number to those that are left, in order", () =>
    Effect.gen(function* () {
      const error = "ERR: 114, Cannot route message"
      assert.deepStrictEqual(
        yield* send([a, b, c], `ID: ${messageId(3)} To: ${c}`, error, `ID: ${messageId(1)} To: ${a}`),
        [accepted(1, a), refused("114", "Cannot route message", b), accepted(3, c)]
      )
      assert.deepStrictEqual(yield* send([a, b], `ID: ${messageId(1)}`, `ID: ${messageId(2)}`), [
        accepted(1, a),
        accepted(2, b)
      ])
    })
  )

  it.effect("may be the same for all, or twice for one number", () =>
    Effect.gen(function* () {
      const error = "ERR: 301, No credit left"
      assert.deepStrictEqual(yield* send([a, b], error, error), [
        refused("301", "No credit left", a),
        refused("301", "No credit left", b)
      ])
      assert.deepStrictEqual(yield* send([a, a], `ID: ${messageId(1)} To: ${a}`, `ID: ${messageId(2)} To: ${a}`), [
        accepted(1, a),
        accepted(2, a)
      ])
    })
  )

  it.effect("is a refusal of a lone recipient where the code speaks of its number, and a failure otherwise", () =>
    Effect.gen(function* () {
      for (const code of ["105", "114", "121", "122", "128"]) {
        assert.deepStrictEqual(yield* send([a], `ERR: ${code}, no`), [refused(code, "no", a)])
        assert.deepStrictEqual(yield* send([a], `ERR: ${code}, no To: ${a}`), [refused(code, "no", a)])
        assert.strictEqual(yield* send([a, b], `ERR: ${code}, no`), `ApiError "${code}" "no"`)
      }
      for (const code of ["101", "106", "113", "123", "130", "301", "777", "901"]) {
        assert.strictEqual(yield* send([a], `ERR: ${code}, no`), `ApiError "${code}" "no"`)
      }
      assert.strictEqual(yield* send([a], "ERR: 001, Authentication failed"), "AuthFailed SessionNotAccepted 001")
      assert.strictEqual(yield* send([a], "ERR: no"), `ApiError "" "no"`)
    })
  )

  it.effect("shows no session id that the service repeats", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* send([a], `ERR: 105, ${id}`), [refused("105", "<redacted>", a)])
    })
  )

  it.effect("is refused as a whole where it does not fit the recipients", () =>
    Effect.gen(function* () {
      for (const records of [
        [`ID: ${messageId(1)} To: ${a}`],
        [`ID: ${messageId(1)} To: ${a}`, `ID: ${messageId(2)} To: ${c}`],
        [`ID: ${messageId(1)} To: ${a}`, `ID: ${messageId(2)} To: ${a}`],
        [`ID: ${messageId(1)}`, `ID: ${messageId(2)}`, `ID: ${messageId(3)}`],
        [`ID: ${messageId(1)} To: ${a}`, "OK:"],
        [`ID: ${messageId(1)} To: ${a}`, `ID: c0ffee To: ${b}`],
        [`ID: ${messageId(1)} To: ${a}`, "Credit: 1"]
      ]) {
        assert.strictEqual(yield* send([a, b], ...records), "MalformedReply UnrecognisedReturn", records.join())
      }
      assert.strictEqual(yield* send([a], `ID: ${messageId(1)} To: ${b}`), "MalformedReply UnrecognisedReturn")
    })
  )
})
