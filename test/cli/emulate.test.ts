import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fs from "node:fs"
import { join } from "node:path"
import { post, temporaryFolder } from "../interop/support.ts"
import { request } from "../testing/support.ts"
import { cli, start } from "./inProcess.ts"

/** An emulator that listens: what it has said in its first line, and how it ends when it is stopped. */
const listening = (...args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const running = yield* start(["emulate", "--json", ...args])
    const line = JSON.parse(yield* running.printed("\n"))
    return { line, stop: Effect.zipRight(running.interrupt, running.ended) }
  })

const check = (endpoint: string, apiId: string, user: string, password: string) =>
  Effect.map(
    cli(["auth", "--check", "--json"], {
      CLICKATELL_ENDPOINT: endpoint,
      CLICKATELL_API_ID: apiId,
      CLICKATELL_USER: user,
      CLICKATELL_PASSWORD: password
    }),
    ({ code }) => code
  )

const saved = (json: unknown) =>
  Effect.map(temporaryFolder, (folder) => {
    const file = join(folder, "accounts.json")
    fs.writeFileSync(file, JSON.stringify(json))
    return file
  })

const ann = { apiId: "1", user: "ann", password: "canary-a" }
const bob = { apiId: "2", user: "bob", password: "canary-b" }

describe("emulate --host", () => {
  it.effect("is this machine by default, with a page and without a word on stderr", () =>
    Effect.gen(function* () {
      const { line, stop } = yield* listening()
      assert.strictEqual(line.page, `http://127.0.0.1:${line.port}/`)
      assert.strictEqual(line.endpoint, `${line.page}soap/document_literal/webservice`)
      const { code, stderr } = yield* stop
      assert.deepStrictEqual([code, stderr], [0, ""])
    })
  )

  it.effect("says what it means where others can reach it, and shows them no page", () =>
    Effect.gen(function* () {
      const { line, stop } = yield* listening("--host", "0.0.0.0")
      assert.notProperty(line, "page")
      assert.strictEqual(yield* check(line.endpoint, "123456", "demo", "demo"), 0)
      const { code, stderr } = yield* stop
      assert.strictEqual(code, 0)
      assert.match(stderr, /WARN.*listens on 0\.0\.0\.0.*everyone who reaches port \d+ can log in/)
      assert.notInclude(stderr, "page")
    })
  )

  it.effect("shows the page to everybody with --page, and says that too", () =>
    Effect.gen(function* () {
      const { line, stop } = yield* listening("--host", "0.0.0.0", "--page")
      assert.strictEqual(line.page, `http://127.0.0.1:${line.port}/`)
      assert.match((yield* stop).stderr, /WARN.*on the page see all messages and pull the levers/)
    })
  )

  it.effect("names the addresses to a person", () =>
    Effect.gen(function* () {
      const running = yield* start(["emulate"])
      const text = yield* running.printed("Ctrl-C\n")
      const [, port] = /listening on port (\d+)/.exec(text) ?? []
      assert.include(text, `document-literal  http://127.0.0.1:${port}/soap/document_literal/webservice\n`)
      assert.include(text, `in a browser      http://127.0.0.1:${port}/\n`)
      yield* running.interrupt
      yield* running.ended
    })
  )

  for (const host of ["", " "]) {
    it.effect(`refuses ${JSON.stringify(host)}, which would be every address`, () =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* cli(["emulate", "--host", host])
        assert.deepStrictEqual([code, stdout], [2, ""])
        assert.include(stderr, "--host")
      })
    )
  }

  it.effect("names an address that it cannot have", () =>
    Effect.gen(function* () {
      // An address for documentation, which no machine has.
      const { code, json } = yield* cli(["emulate", "--json", "--host", "192.0.2.1"])
      assert.strictEqual(code, 2)
      assert.deepInclude(json[0]?.["error"], { _tag: "ListenError", host: "192.0.2.1", code: "EADDRNOTAVAIL" })
    })
  )
})

describe("emulate --balance", () => {
  it.effect("is what an account has", () =>
    Effect.gen(function* () {
      const { line, stop } = yield* listening("--balance", "0.50")
      const credentials = { api_id: "123456", user: "demo", password: "demo" }
      const { body } = yield* post(line.endpoint, request("document-literal", "getbalance", credentials))
      assert.include(body.toString(), "Credit: 0.5<")
      yield* stop
    })
  )
})

describe("emulate --accounts", () => {
  it.scoped("lets in the accounts of the file, and not those of the environment", () =>
    Effect.gen(function* () {
      const { line, stop } = yield* listening("--accounts", yield* saved([ann, bob]))
      for (const { apiId, password, user } of [ann, bob]) {
        assert.strictEqual(yield* check(line.endpoint, apiId, user, password), 0, user)
      }
      assert.strictEqual(yield* check(line.endpoint, "1", "ann", "canary-b"), 3)
      assert.strictEqual(yield* check(line.endpoint, "123456", "demo", "demo"), 3)
      const { stderr } = yield* stop
      assert.notInclude(stderr, "canary")
    })
  )

  it.scoped("does not look at credentials of the environment beside it, whatever they are", () =>
    Effect.gen(function* () {
      const running = yield* start(["emulate", "--json", "--accounts", yield* saved([ann])], {
        CLICKATELL_USER: "demo"
      })
      const { endpoint } = JSON.parse(yield* running.printed("\n"))
      assert.strictEqual(yield* check(endpoint, "1", "ann", "canary-a"), 0)
      yield* running.interrupt
      yield* running.ended
    })
  )

  it.scoped("names the place of a mistake, and shows no password", () =>
    Effect.gen(function* () {
      const file = yield* saved([ann, { ...bob, password: ["canary-b"] }])
      const { code, json, stderr, stdout } = yield* cli(["emulate", "--json", "--accounts", file])
      assert.strictEqual(code, 2)
      assert.deepInclude(json[0]?.["error"], { _tag: "AccountsError", source: file, path: "[1].password" })
      assert.notInclude(stdout + stderr, "canary")
    })
  )
})
