// The page that the emulator shows a browser, as HTTP: who is given it, and what can be asked for through it.
import { assert, describe, it } from "@effect/vitest"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Server from "@effect-clickatell/testing/EmulatorServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { createHash } from "node:crypto"
import { Script } from "node:vm"
import { call, post } from "./http.ts"
import { request, say, styles } from "./support.ts"

const world = (options: Server.Options = {}) =>
  Layer.provideMerge(
    Server.layer(options),
    Emulator.layer({ credentials: { apiId: "424242", user: "ann", password: "canary-password" } })
  )

const html = { accept: "text/html,application/xhtml+xml,*/*;q=0.8" }

const get = (path: string, headers: Record<string, string> = html) =>
  Effect.flatMap(Server.EmulatorServer, ({ port }) =>
    call(`http://127.0.0.1:${port}${path}`, { method: "GET", headers })
  )

const document = Effect.map(get("/"), ({ body }) => body.toString())

/** Sends a wish as the page does, but for these headers; the status, and what is said with it. */
const wish = (body: string | object, headers: Record<string, string> = {}) =>
  Effect.gen(function* () {
    const { port } = yield* Server.EmulatorServer
    const host = `127.0.0.1:${port}`
    const sent = { "content-type": "application/json", origin: `http://${host}`, ...headers }
    const text = typeof body === "string" ? body : JSON.stringify(body)
    const reply = yield* post(`http://${host}/-/act`, text, sent)
    return `${reply.status} ${reply.body.toString().trimEnd()}`.trimEnd()
  })

const granted = (body: object) => Effect.map(wish(body), (reply) => assert.strictEqual(reply, "204"))

const login = say(request("document-literal", "auth", { api_id: "424242", user: "ann", password: "canary-password" }))
const ping = (reply: string) => say(request("document-literal", "ping", { session_id: reply.slice(-32) }))

const send = (reply: string, to: string) =>
  say(request("document-literal", "sendmsg", { session_id: reply.slice(-32), to, text: "<b>Hi</b>" }))

describe("the page", () => {
  it.live("is what a browser gets at /, and nobody gets elsewhere", () =>
    Effect.gen(function* () {
      const page = yield* get("/")
      assert.deepInclude(page.headers, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" })
      assert.match(page.body.toString(), /^<!doctype html>/)
      assert.strictEqual((yield* get("/", {})).status, 405)
      assert.strictEqual((yield* get("/", { accept: "*/*" })).status, 405)
      assert.strictEqual((yield* get("/soap/webservice.php")).status, 405)
      for (const path of ["/?wsdl", "/?WSDL&style=rpc"]) {
        assert.include((yield* get(path)).body.toString(), "<definitions", path)
      }
    }).pipe(Effect.provide(world()))
  )

  it.live("leaves every other POST to the service", () =>
    Effect.gen(function* () {
      const { port } = yield* Server.EmulatorServer
      for (const style of styles) {
        for (const path of ["/", "/-/state", "/-/acts"]) {
          const reply = yield* post(
            `http://127.0.0.1:${port}${path}`,
            request(style, "ping", { session_id: "x" }),
            html
          )
          assert.include(reply.body.toString(), "ERR: 001", path)
        }
      }
    }).pipe(Effect.provide(world()))
  )

  it.live("may run its own script and style, and ask its own host, alone", () =>
    Effect.gen(function* () {
      const { headers } = yield* get("/")
      const text = yield* document
      const policy = String(headers["content-security-policy"])
      for (const tag of ["script", "style"]) {
        const inline = new RegExp(`<${tag}>([^]*)</${tag}>`).exec(text)?.[1] ?? ""
        assert.isNotEmpty(inline)
        assert.include(policy, `${tag}-src 'sha256-${createHash("sha256").update(inline).digest("base64")}'`)
      }
      assert.include(policy, "default-src 'none'")
      assert.include(policy, "frame-ancestors 'none'")
      assert.notMatch(policy, /unsafe|\*|https?:/)
      assert.notMatch(text, / (?:src|href|action)="(?!\/\?wsdl|data:)/, "asks nobody else")
    }).pipe(Effect.provide(world()))
  )

  it.live("makes no markup of what it is told", () =>
    Effect.gen(function* () {
      const script = /<script>([^]*)<\/script>/.exec(yield* document)?.[1] ?? ""
      assert.doesNotThrow(() => new Script(script))
      assert.notMatch(script, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(/)
    }).pipe(Effect.provide(world()))
  )
})

describe("the page is for this machine, unless it is asked for", () => {
  const strange = ["sms.example", "sms.example:80", "127.0.0.1.sms.example", "localhost.sms.example", "10.0.0.1"]
  const ours = ["localhost", "LOCALHOST:8080", "127.0.0.1:1", "127.8.9.10", "[::1]:8080"]

  it.live("another name that was made to point here gets none of it", () =>
    Effect.gen(function* () {
      for (const host of strange) {
        assert.strictEqual((yield* get("/", { ...html, host })).status, 405, host)
        assert.strictEqual((yield* get("/-/state", { host })).status, 405, host)
        // It is a request of the service, which finds no envelope in it.
        const reply = yield* wish({ kind: "freeze" }, { host, origin: `http://${host}` })
        assert.match(reply, /^500 .*Fault/s, host)
      }
      assert.match(yield* login, /OK/, "and could not act")
    }).pipe(Effect.provide(world()))
  )

  it.live("every name of this machine does", () =>
    Effect.gen(function* () {
      for (const host of ours) {
        assert.strictEqual((yield* get("/", { ...html, host })).status, 200, host)
        assert.strictEqual((yield* get("/-/state", { host })).status, 200, host)
        assert.strictEqual(yield* wish({ kind: "calm" }, { host, origin: `http://${host.toLowerCase()}` }), "204", host)
      }
    }).pipe(Effect.provide(world()))
  )

  it.live("every name does where it was asked for", () =>
    Effect.gen(function* () {
      for (const host of ["clickatell:8080", ...ours]) {
        assert.strictEqual((yield* get("/", { ...html, host })).status, 200, host)
        assert.strictEqual(yield* wish({ kind: "calm" }, { host, origin: `http://${host}` }), "204", host)
      }
    }).pipe(Effect.provide(world({ page: true })))
  )

  it.live("a listener that others reach has none", () =>
    Effect.gen(function* () {
      const { endpoint, isLoopback, page, port } = yield* Server.EmulatorServer
      assert.deepStrictEqual([isLoopback, page], [false, undefined])
      assert.strictEqual(endpoint("rpc-encoded"), `http://127.0.0.1:${port}/soap/webservice.php`)
      assert.strictEqual((yield* get("/")).status, 405)
      assert.strictEqual((yield* get("/?wsdl")).status, 200)
    }).pipe(Effect.provide(world({ hostname: "0.0.0.0" })))
  )

  it.live("it tells its address, and is not there where it was refused", () =>
    Effect.gen(function* () {
      const { page, port } = yield* Server.EmulatorServer
      assert.strictEqual(page, `http://127.0.0.1:${port}/`)
      const none = yield* Effect.provide(
        Effect.zip(
          Server.EmulatorServer,
          Effect.map(get("/"), ({ status }) => status)
        ),
        world({ page: false })
      )
      assert.deepStrictEqual([none[0].page, none[0].isLoopback, none[1]], [undefined, true, 405])
      const asked = yield* Effect.provide(Server.EmulatorServer, world({ hostname: "0.0.0.0", page: true }))
      assert.strictEqual(asked.page, `http://127.0.0.1:${asked.port}/`)
    }).pipe(Effect.provide(world()))
  )
})

describe("what the page asks for", () => {
  it.live("is what the emulator knows, without its secrets", () =>
    Effect.gen(function* () {
      const id = (yield* login).slice(-32)
      yield* ping(id)
      assert.match(yield* send(id, "27990000001"), /ID: /)
      const reply = yield* get("/-/state", {})
      assert.deepInclude(reply.headers, {
        "content-type": "application/json",
        "cache-control": "no-store",
        "cross-origin-resource-policy": "same-origin",
        "x-content-type-options": "nosniff"
      })
      const text = reply.body.toString()
      const state = JSON.parse(text)
      assert.deepInclude(state.sessions[0], { ordinal: 1, user: "ann", id: `${id.slice(0, 4)}…` })
      assert.deepStrictEqual(state.counts, { sessions: 1, messages: 1, log: 3 })
      assert.deepInclude(state.log[1], { operation: "ping", session: 1, outcome: "OK" })
      assert.deepInclude(state.messages[0], {
        to: "27990000001",
        content: "<b>Hi</b>",
        status: "002",
        description: "Message queued",
        stage: "pending",
        charge: "1",
        user: "ann"
      })
      for (const secret of [id, "canary", "424242"]) assert.notInclude(text, secret)
    }).pipe(Effect.provide(world()))
  )

  it.live("is the newest 200 of each", () =>
    Effect.gen(function* () {
      yield* Effect.repeatN(login, 249)
      const state = JSON.parse((yield* get("/-/state", {})).body.toString())
      assert.deepInclude(state.counts, { sessions: 250, log: 250 })
      assert.deepStrictEqual([state.sessions.length, state.log.length], [200, 200])
      assert.deepStrictEqual([state.sessions.at(-1).ordinal, state.log.at(-1).session], [250, 250])
    }).pipe(Effect.provide(world()))
  )
})

describe("a wish", () => {
  const refused: ReadonlyArray<readonly [why: string, body: string, headers: Record<string, string>, reply: RegExp]> = [
    ["no JSON by its type", "{}", { "content-type": "text/plain" }, /^415 /],
    ["a form", "{}", { "content-type": "application/x-www-form-urlencoded" }, /^415 /],
    ["from nowhere", "{}", { origin: "" }, /^403 /],
    ["from a sandbox", "{}", { origin: "null" }, /^403 /],
    ["from elsewhere", "{}", { origin: "http://sms.example" }, /^403 /],
    ["from another port", "{}", { origin: "http://127.0.0.1:1" }, /^403 /],
    ["no JSON", "{", {}, /^400 the request: it is not JSON$/],
    ["nothing known", `{ "kind": "melt" }`, {}, /^400 the request: .*Expected/],
    ["a slip", `{ "kind": "fail", "fault": { "kind": "reset" }, "time": 1 }`, {}, /^400 the request: .*unexpected/],
    [
      "a negative count",
      `{ "kind": "fail", "fault": { "kind": "reset" }, "times": 0 }`,
      {},
      /^400 the request: \.times: Expected/
    ],
    ["a password with a slip", `{ "kind": "setPassword", "password": ["canary"] }`, {}, /^400 (?!.*canary)/],
    ["too long", " ".repeat(1024 * 1024 + 1), {}, /^413 /],
    ["in no encoding of ours", "{}", { "content-encoding": "br" }, /^415 /],
    ["no gzip", "{}", { "content-encoding": "gzip" }, /^400 /]
  ]
  for (const [why, body, headers, reply] of refused) {
    it.live(`is refused: ${why}`, () =>
      Effect.gen(function* () {
        assert.match(yield* wish(body, headers), reply)
        assert.match(yield* login, /OK/)
      }).pipe(Effect.provide(world()))
    )
  }

  it.live("pulls every lever", () =>
    Effect.gen(function* () {
      const id = yield* login
      yield* granted({ kind: "freeze" })
      assert.match(yield* ping(id), /ERR: 004/)
      yield* granted({ kind: "unfreeze" })
      assert.match(yield* ping(id), /OK/)
      yield* granted({ kind: "lockIp" })
      assert.match(yield* ping(id), /ERR: 007/)
      yield* granted({ kind: "unlockIp" })
      assert.match(yield* ping(id), /OK/)
      yield* granted({ kind: "refuseSessions", refuse: true })
      assert.match(yield* ping(id), /ERR: 001/)
      yield* granted({ kind: "refuseSessions", refuse: false })
      assert.match(yield* ping(id), /OK/)
      yield* granted({ kind: "expireSessions" })
      assert.match(yield* ping(id), /ERR: 001/)
      const another = yield* login
      yield* granted({ kind: "setBalance", balance: 0 })
      assert.match(yield* send(another, "27990000001"), /ERR: 301/)
      yield* granted({ kind: "setBalance", balance: 12.5 })
      assert.match(yield* send(another, "27990000001"), /ID: /)
      yield* granted({ kind: "setNumber", number: "27990000002", outcome: { kind: "refused", code: "121" } })
      assert.match(yield* send(another, "27990000002"), /ERR: 121/)
      yield* granted({ kind: "setCoverage", coverage: { "44": 1 } })
      assert.match(yield* send(another, "27990000001"), /ERR: 114/)
      yield* granted({ kind: "setStatuses", statuses: { "009": 0 } })
      assert.match(yield* send(another, "44990000001"), /ID: /)
      assert.strictEqual((yield* (yield* Emulator.Emulator).messages).at(-1)?.status, "009")
      yield* granted({ kind: "setQuota", quota: { messages: 0, within: "1 hour" } })
      assert.match(yield* send(another, "44990000001"), /ERR: 130/)
      yield* granted({ kind: "setPassword", password: "another" })
      assert.match(yield* login, /ERR: 001/)
    }).pipe(Effect.provide(world()))
  )

  it.live("is for one account where it names one", () =>
    Effect.gen(function* () {
      const id = yield* login
      yield* granted({ kind: "freeze", account: { apiId: "424242", user: "bob" } })
      assert.match(yield* ping(id), /OK/)
      yield* granted({ kind: "freeze", account: { apiId: "424242", user: "ann" } })
      assert.match(yield* ping(id), /ERR: 004/)
    }).pipe(Effect.provide(world()))
  )

  it.live("queues a fault, and lifts one that stands", () =>
    Effect.gen(function* () {
      const id = yield* login
      const fault = { kind: "reply", text: "ERR: 901, Internal error" }
      assert.strictEqual(yield* wish({ kind: "fail", fault }), "204")
      assert.match(yield* ping(id), /ERR: 901/)
      assert.match(yield* ping(id), /OK/)
      assert.strictEqual(yield* wish({ kind: "fail", fault, operation: "auth", times: 2 }), "204")
      assert.match(yield* ping(id), /OK/)
      assert.match(yield* login, /ERR: 901/)
      assert.match(yield* login, /ERR: 901/)
      assert.match(yield* login, /OK/)
      assert.strictEqual(yield* wish({ kind: "fail", fault, operation: "ping", times: "always" }), "204")
      for (let time = 0; time < 5; time++) assert.match(yield* ping(id), /ERR: 901/)
      assert.strictEqual(yield* wish({ kind: "calm", operation: "ping" }), "204")
      assert.match(yield* ping(id), /OK/)
    }).pipe(Effect.provide(world()))
  )
})
