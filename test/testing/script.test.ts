import { assert, describe, it } from "@effect/vitest"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Fault from "@effect-clickatell/testing/Fault"
import * as Script from "@effect-clickatell/testing/Script"
import { SystemError } from "@effect/platform/Error"
import * as Effect from "effect/Effect"
import { inspect } from "node:util"
import { request, say } from "./support.ts"

const login = say(request("document-literal", "auth", { api_id: "123456", user: "demo", password: "demo" })).pipe(
  Effect.map((text) => text.slice("200 authResponse OK: ".length))
)
const ping = (id: string) => say(request("document-literal", "ping", { session_id: id }))

describe("a script", () => {
  it.effect("is read with its defaults", () =>
    Effect.gen(function* () {
      const script = yield* Script.fromJson(
        "s.json",
        `[{ "do": { "kind": "reset" } },
          { "on": "ping", "after": 2, "times": 3, "do": { "kind": "delay", "duration": "2 seconds" } },
          { "do": { "kind": "delay", "duration": 2000 } },
          { "do": { "kind": "status", "status": 503, "headers": { "retry-after": "5" } } },
          { "do": { "kind": "transport", "reason": "Timeout", "phase": "connect" } },
          { "do": { "kind": "fault", "code": "Server" } },
          { "do": { "kind": "reply", "text": "OK:", "operation": "auth" } },
          { "do": { "kind": "setPassword", "password": "new" } }]`
      )
      assert.deepStrictEqual(
        script.map((step) => step.do),
        [
          Fault.reset,
          Fault.delay("2 seconds"),
          Fault.delay("2 seconds"),
          Fault.status(503, { headers: { "retry-after": "5" } }),
          Fault.transport("Timeout", { phase: "connect" }),
          Fault.fault("Server"),
          Fault.reply("OK:", { operation: "auth" }),
          { kind: "setPassword", password: "new" }
        ]
      )
      assert.deepInclude(script[0], { on: "any", after: 0, times: 1 })
      assert.deepInclude(script[1], { on: "ping", after: 2, times: 3 })
    })
  )

  const mistakes: ReadonlyArray<readonly [json: string, message: string | RegExp]> = [
    [`[{ "do": { "kind": "rest" } }]`, /^s\.json: \[0\]\.do\.kind: Expected "refuse" \| "reset" \| .* "rest"$/],
    [
      `[{ "do": { "kind": "reset" } }, { "on": "send msg", "do": { "kind": "reset" } }]`,
      /^s\.json: \[1\]\.on: Expected the name of an operation/
    ],
    [`[{ "do": { "kind": "delay", "duration": "soon" } }]`, /^s\.json: \[0\]\.do\.duration: Expected a duration/],
    [`[{ "do": { "kind": "delay", "duration": -1 } }]`, /^s\.json: \[0\]\.do\.duration: Expected a duration/],
    [`[{ "do": { "kind": "transport", "reason": "Rain" } }]`, /^s\.json: \[0\]\.do\.reason: Expected "Connect"/],
    [`[{ "do": { "kind": "delay" } }]`, "s.json: [0].do.duration: is missing"],
    [`[{ "do": { "kind": "status", "status": 99 } }]`, /^s\.json: \[0\]\.do\.status: Expected /],
    [`[{ "after": -1, "do": { "kind": "reset" } }]`, /^s\.json: \[0\]\.after: Expected a non-negative/],
    [`[{ "times": 0, "do": { "kind": "reset" } }]`, /^s\.json: \[0\]\.times: Expected a positive/],
    [`[{ "afters": 1, "do": { "kind": "reset" } }]`, /^s\.json: \[0\]\.afters: is unexpected/],
    [`[{}]`, "s.json: [0].do: is missing"],
    [`{}`, /^s\.json: Expected /],
    [`[`, /^s\.json: .*JSON/],
    ...[
      `{ "x y": "1" }`,
      `{ "": "1" }`,
      `{ "x:": "1" }`,
      `{ "é": "1" }`,
      `{ "x": "a\\r\\nb" }`,
      `{ "x": "\\u0100" }`
    ].map(
      (headers) =>
        [
          `[{ "do": { "kind": "status", "status": 503, "headers": ${headers} } }]`,
          /^s\.json: \[0\]\.do\.headers\..*: Expected a header that HTTP allows/
        ] as const
    )
  ]
  for (const [json, message] of mistakes) {
    it.effect(`is refused, with the place: ${json}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Script.fromJson("s.json", json))
        assert.strictEqual(error._tag, "ScriptError")
        if (typeof message === "string") assert.strictEqual(error.message, message)
        else assert.match(error.message, message)
      })
    )
  }

  const slips = [
    `[{ "do": { "kind": "setPassword", "pasword": "canary" } }]`,
    `[{ "do": { "kind": "setpassword", "password": "canary" } }]`,
    `[{ "do": { "knd": "setPassword", "password": "canary" } }]`,
    `[{ "do": { "kind": "setPassword", "password": ["canary"] } }]`,
    `[{ "do": { "kind": "setPassword", "password": { "canary": 1 } } }]`,
    `[{ "do": [{ "kind": "setPassword", "password": "canary" }] }]`,
    `[{ "du": { "kind": "setPassword", "password": "canary" } }]`,
    `[["setPassword", "canary"]]`,
    `{ "do": { "kind": "setPassword", "password": "canary" } }`,
    `[{ "do": { "kind": "setPassword", "password": canary } }]`,
    `[{ "do": { "kind": "setPassword", "password": "canary } }]`,
    `[{ "do": { "kind": "setPassword", "password": "canary" } }`,
    `[{ "do": { "kind": "setPassword", password: "canary" } }]`
  ]
  for (const json of slips) {
    it.effect(`does not show a password behind a slip: ${json}`, () =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(Script.fromJson("s.json", json))
        assert.notInclude(error.message + inspect(error) + JSON.stringify(error), "canary")
      })
    )
  }

  it.effect("does not show a password that is no text", () =>
    Effect.gen(function* () {
      const json = `[{ "do": { "kind": "setPassword", "password": 271828 } }]`
      const { message } = yield* Effect.flip(Script.fromJson("s.json", json))
      assert.strictEqual(message, "s.json: [0].do.password: Expected a password: a text that is not empty")
    })
  )

  it.effect("is loaded from a file, or an error names the file", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* Script.load("good.json"))[0]?.do, Fault.hang)
      assert.match((yield* Effect.flip(Script.load("bad.json"))).message, /^bad\.json: \[0\]\.do: is missing$/)
      assert.match((yield* Effect.flip(Script.load("none.json"))).message, /^none\.json: NotFound/)
    }).pipe(
      Effect.provide(
        FileSystem.layerNoop({
          readFileString: (path) =>
            path === "good.json"
              ? Effect.succeed(`[{"do":{"kind":"hang"}}]`)
              : path === "bad.json"
                ? Effect.succeed("[{}]")
                : Effect.fail(
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

  it.effect("is played in order: a step counts from the end of the one before", () =>
    Effect.gen(function* () {
      const script = yield* Script.fromJson(
        "s.json",
        `[{ "on": "ping", "after": 1, "times": 2, "do": { "kind": "reply", "text": "ERR: 901, Internal error" } },
          { "on": "auth", "do": { "kind": "reset" } },
          { "on": "ping", "after": 1, "do": { "kind": "expireSessions" } }]`
      )
      yield* Effect.gen(function* () {
        const { log } = yield* Emulator.Emulator
        const id = yield* login
        for (let i = 0; i < 4; i++) yield* ping(id)
        yield* login
        for (let i = 0; i < 3; i++) yield* ping(id)
        assert.deepStrictEqual(
          (yield* log).map(({ operation, outcome }) => `${operation} ${outcome}`),
          [
            "auth OK",
            "ping OK",
            "ping ERR 901",
            "ping ERR 901",
            "ping OK",
            "auth reset",
            "ping OK",
            "ping ERR 001",
            "ping ERR 001"
          ]
        )
      }).pipe(Effect.provide(Emulator.layer({ script })))
    })
  )

  it.effect("waits for the queue: a request that a queued fault takes is not counted", () =>
    Effect.gen(function* () {
      const { fail, log } = yield* Emulator.Emulator
      yield* fail(Fault.hang)
      yield* login
      yield* login
      yield* login
      assert.deepStrictEqual(
        (yield* log).map(({ outcome }) => outcome),
        ["hang", "reset", "OK"]
      )
    }).pipe(Effect.provide(Emulator.layer({ script: [{ on: "any", after: 0, times: 1, do: Fault.reset }] })))
  )

  const acts: ReadonlyArray<readonly [action: Script.Action, ping: string]> = [
    [{ kind: "expireSessions" }, "ERR 001"],
    [{ kind: "refuseSessions", refuse: true }, "ERR 001"],
    [{ kind: "freeze" }, "ERR 004"],
    [{ kind: "lockIp" }, "ERR 007"],
    [{ kind: "unfreeze" }, "OK"],
    [{ kind: "unlockIp" }, "OK"],
    [{ kind: "setPassword", password: "x" }, "OK"]
  ]
  for (const [action, expected] of acts) {
    it.effect(`can ${action.kind} just before a request`, () =>
      Effect.gen(function* () {
        const { log } = yield* Emulator.Emulator
        yield* Effect.flatMap(login, ping)
        assert.strictEqual((yield* log)[1]?.outcome, expected)
      }).pipe(Effect.provide(Emulator.layer({ script: [{ on: "ping", after: 0, times: 1, do: action }] })))
    )
  }
})
