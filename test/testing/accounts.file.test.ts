import { assert, describe, it } from "@effect/vitest"
import * as FileSystem from "@effect/platform/FileSystem"
import { SystemError } from "@effect/platform/Error"
import * as Accounts from "@effect-clickatell/testing/Accounts"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { inspect } from "node:util"
import { request, say } from "./support.ts"

const ann = { apiId: "1", user: "ann", password: "canary-a" }
const bob = { apiId: "2", user: "bob", password: "canary-b" }

describe("a file of accounts", () => {
  it.effect("is the accounts of an emulator, and shows none of them", () =>
    Effect.gen(function* () {
      const accounts = yield* Accounts.fromJson("a.json", JSON.stringify([ann, { ...bob, balance: 7.5 }]))
      assert.notMatch(inspect(accounts, { depth: 9 }) + JSON.stringify(accounts), /canary|ann|bob/)
      const login = ({ apiId, password, user }: typeof ann) =>
        say(request("rpc-encoded", "auth", { api_id: apiId, user, password }))
      yield* Effect.gen(function* () {
        assert.match(yield* login(ann), /OK/)
        assert.match(yield* login(bob), /OK/)
        assert.match(yield* login({ ...ann, apiId: "2" }), /ERR: 001/)
        assert.match(yield* login({ ...ann, apiId: "3" }), /ERR: 108/)
        const credentials = { api_id: "2", user: "bob", password: "canary-b" }
        assert.match(yield* say(request("rpc-encoded", "getbalance", credentials)), /Credit: 7.5$/)
      }).pipe(Effect.provide(Emulator.layer({ accounts })))
    })
  )

  const mistakes: ReadonlyArray<readonly [json: string, message: string | RegExp]> = [
    ["{", "a.json: it is not JSON"],
    ["[]", /^a\.json: (?:\[0\]: )?(?:is missing|Expected)/],
    [JSON.stringify(ann), "a.json: Expected a list of accounts, at least one"],
    [`"canary"`, "a.json: Expected a list of accounts, at least one"],
    [`["canary"]`, "a.json: [0]: Expected an account: an object with apiId, user and password"],
    [JSON.stringify([ann, ["canary"]]), /^a\.json: \[1\].*(?:is missing|Expected an account)/],
    [`[{ "apiId": "1", "user": "ann" }]`, "a.json: [0].password: is missing"],
    [`[{ "apiId": 1, "user": "ann", "password": "canary" }]`, /^a\.json: \[0\]\.apiId: Expected an API id/],
    [`[{ "apiId": "1", "user": "", "password": "canary" }]`, /^a\.json: \[0\]\.user: Expected a user/],
    [`[{ "apiId": "1", "user": "ann", "password": 271828 }]`, /^a\.json: \[0\]\.password: Expected a password/],
    [`[{ "apiId": "1", "user": "ann", "password": ["canary"] }]`, /^a\.json: \[0\]\.password: Expected a password/],
    [JSON.stringify([{ ...ann, balance: "much" }]), /^a\.json: \[0\]\.balance: Expected /],
    [`[{ "apiId": "1", "user": "ann", "pasword": "canary" }]`, /^a\.json: \[0\]\.(?:pasword|password): /],
    [JSON.stringify([ann, bob, { ...ann, password: "canary-c" }]), /^a\.json: \[0\]: Expected each account once/]
  ]
  for (const [json, message] of mistakes) {
    it.effect(`is refused, with the place and without a password: ${json}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Accounts.fromJson("a.json", json))
        assert.strictEqual(error._tag, "AccountsError")
        if (typeof message === "string") assert.strictEqual(error.message, message)
        else assert.match(error.message, message)
        assert.notMatch(error.message + inspect(error) + JSON.stringify(error), /canary|271828/)
      })
    )
  }

  it.effect("is loaded from a file, or an error names the file", () =>
    Effect.gen(function* () {
      assert.lengthOf(yield* Accounts.load("good.json"), 1)
      assert.match((yield* Effect.flip(Accounts.load("none.json"))).message, /^none\.json: NotFound/)
    }).pipe(
      Effect.provide(
        FileSystem.layerNoop({
          readFileString: (path) =>
            Effect.mapError(
              Option.liftPredicate(JSON.stringify([ann]), () => path === "good.json"),
              () =>
                new SystemError({
                  reason: "NotFound",
                  module: "FileSystem",
                  method: "readFileString",
                  pathOrDescriptor: path
                })
            )
        })
      )
    )
  )
})
