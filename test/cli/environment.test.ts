import * as Fault from "../platform/faultServer.ts"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { environment, served } from "./account.ts"
import { cli, start } from "./inProcess.ts"

const credentials = {
  CLICKATELL_API_ID: "424242",
  CLICKATELL_USER: "canary-user",
  CLICKATELL_PASSWORD: "canary-password"
}

describe("emulate", () => {
  it.scoped("lets demo in where no credentials are set at all", () =>
    Effect.gen(function* () {
      const emulating = yield* start(["emulate", "--json"])
      const { endpoint } = JSON.parse(yield* emulating.printed("\n"))
      const demo = { CLICKATELL_API_ID: "123456", CLICKATELL_USER: "demo", CLICKATELL_PASSWORD: "demo" }
      const auth = yield* cli(["auth", "--check"], { ...demo, CLICKATELL_ENDPOINT: endpoint })
      assert.strictEqual(auth.code, 0, auth.stderr)
      yield* emulating.interrupt
    })
  )

  for (const name of Object.keys(credentials)) {
    it.effect(`does not begin without ${name} where the others are set`, () =>
      Effect.gen(function* () {
        const others = Object.fromEntries(Object.entries(credentials).filter(([key]) => key !== name))
        const ended = yield* cli(["emulate", "--json"], others)
        assert.strictEqual(ended.code, 2)
        assert.deepInclude(ended.json[0]?.["error"], { _tag: "ConfigError", message: `emulate: set ${name}` })
        assert.notInclude(ended.stdout + ended.stderr, "canary")
      })
    )

    it.effect(`does not begin with a wrong ${name}, alone or with the others`, () =>
      Effect.gen(function* () {
        for (const others of [credentials, {}]) {
          for (const bad of ["", "canary\u0000"]) {
            const ended = yield* cli(["emulate"], { ...others, [name]: bad })
            assert.deepStrictEqual([ended.code, ended.stdout], [2, ""], ended.stderr)
            assert.notInclude(ended.stderr, "canary")
          }
        }
      })
    )
  }
})

describe("what in the environment bears on https is told on stderr", () => {
  const variables: ReadonlyArray<readonly [variable: string, value: string, told: RegExp]> = [
    ["NODE_TLS_REJECT_UNAUTHORIZED", "0", /no certificate is checked/],
    ["NODE_EXTRA_CA_CERTS", "/tmp/canary.pem", /can vouch for any endpoint/],
    ["HTTPS_PROXY", "http://canary:canary@127.0.0.1:9", /is not used/],
    ["https_proxy", "http://canary:canary@127.0.0.1:9", /is not used/],
    ["ALL_PROXY", "http://canary:canary@127.0.0.1:9", /is not used/],
    ["all_proxy", "http://canary:canary@127.0.0.1:9", /is not used/]
  ]
  const command = ["auth", "--check", "--json"]

  for (const [variable, value, told] of variables) {
    it.scoped(`${variable}, without its value`, () =>
      Effect.gen(function* () {
        const endpoint = (yield* Fault.refused).replace("http:", "https:")
        const ended = yield* cli(command, { ...credentials, CLICKATELL_ENDPOINT: endpoint, [variable]: value })
        assert.strictEqual(ended.code, 7, ended.stderr)
        assert.lengthOf(ended.json, 1, "and nowhere else")
        assert.include(ended.stderr, `${variable} is set: `)
        assert.match(ended.stderr, told)
        assert.notInclude(ended.stdout + ended.stderr, "canary")
      })
    )

    served(`${variable} is no matter for an endpoint of http`, () =>
      Effect.gen(function* () {
        const ended = yield* cli(command, { ...(yield* environment), [variable]: value })
        assert.deepStrictEqual([ended.code, ended.stderr], [0, ""])
      })
    )
  }

  it.scoped("and nothing where nothing is set, or to a value without effect", () =>
    Effect.gen(function* () {
      const endpoint = (yield* Fault.refused).replace("http:", "https:")
      const harmless = { NODE_TLS_REJECT_UNAUTHORIZED: "1", NODE_EXTRA_CA_CERTS: "", HTTPS_PROXY: "" }
      const ended = yield* cli(command, { ...credentials, ...harmless, CLICKATELL_ENDPOINT: endpoint })
      assert.deepStrictEqual([ended.code, ended.stderr], [7, ""])
    })
  )
})
