// What docs/decisions.md says about @effect/schema, the package that became effect/Schema.
import * as Old from "@effect/schema/Schema"
import { assert, describe, it } from "@effect/vitest"
import * as Either from "effect/Either"
import * as ParseResult from "effect/ParseResult"
import * as New from "effect/Schema"

const identity = { decode: (s: string) => s, encode: (s: string) => s }

const accept = <A, I>(_schema: New.Schema<A, I>) => true

describe("@effect/schema 0.75 beside effect/Schema", () => {
  it("is not recognised as a schema", () => {
    assert.isTrue(New.isSchema(New.String))
    assert.isFalse(New.isSchema(Old.String))
    assert.isFalse(Old.isSchema(New.String))
  })

  it("fails with a parse error of its own, under the same tag", () => {
    const error = Either.flip(Old.decodeUnknownEither(Old.Number)("1")).pipe(Either.getOrThrow)
    assert.strictEqual(error._tag, "ParseError")
    assert.isFalse(ParseResult.isParseError(error))
  })

  it("does not type-check where a schema is asked for", () => {
    assert.isTrue(accept(New.String))
    // @ts-expect-error the type ids are different symbols
    assert.isTrue(accept(Old.String))
    // @ts-expect-error and so in a field
    assert.isDefined(New.Struct({ name: Old.String }))
  })

  it("crashes when a composed schema is used, so the type error is not to be silenced", () => {
    // @ts-expect-error not a schema of effect/Schema
    const list: New.Schema<ReadonlyArray<string>> = New.Array(Old.String)
    assert.throws(() => New.decodeUnknownSync(list)(["a"]), TypeError)
    // @ts-expect-error not a schema of effect/Schema
    const same: New.Schema<string> = New.transform(Old.String, New.String, identity)
    assert.throws(() => New.decodeUnknownSync(same)("a"), TypeError)
  })
})
