import { assert, describe, it } from "@effect/vitest"
import { authenticate } from "@effect-clickatell/core/Authenticate"
import * as Command from "@effect-clickatell/core/Command"
import * as Commands from "@effect-clickatell/core/Commands"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/TestClock"
import { demo, request, say, strangerId, styles } from "./support.ts"

const sendmsg = (id: string, text: string) => say(request("document-literal", "sendmsg", { session_id: id, text }))

const ask = (operation: string) => say(request("document-literal", operation, { api_id: "1", user: "ada" }))

describe("operations of one's own", () => {
  it.effect("need a session and renew it, and say what they are told to", () =>
    Effect.gen(function* () {
      const { log, logins, sessions } = yield* Emulator.Emulator
      const login = say(request("document-literal", "auth", {}))
      assert.strictEqual(yield* login, "200 authResponse OK: session-1")
      yield* TestClock.adjust("14 minutes")
      assert.strictEqual(yield* sendmsg("session-1", "<hi>"), "200 sendmsgResponse OK: 1 <hi>")
      yield* TestClock.adjust("14 minutes")
      assert.strictEqual(yield* sessions, 1)
      assert.strictEqual(
        yield* say(request("document-literal", "getbalance", { session_id: "session-1" })),
        "200 getbalanceResponse Credit: 7"
      )
      assert.strictEqual(yield* sendmsg("session-2", "hi"), "200 sendmsgResponse ERR: 001, Authentication failed")
      assert.strictEqual(yield* login, "200 authResponse OK: session-2")
      assert.strictEqual(yield* logins, 2)
      // The one that was refused was never asked for.
      assert.strictEqual(yield* sendmsg("session-2", "hi"), "200 sendmsgResponse OK: 2 hi")
      assert.deepStrictEqual(
        (yield* log).map(({ operation, outcome, session }) => `${operation} ${session} ${outcome}`),
        ["auth 1 OK", "sendmsg 1 OK", "getbalance 1 OK", "sendmsg 0 ERR 001", "auth 2 OK", "sendmsg 2 OK"]
      )
    }).pipe(
      Effect.provide(
        Layer.suspend(() => {
          let sent = 0
          return Emulator.layer({
            credentials: "any",
            sessionId: (login) => `session-${login}`,
            commands: {
              sendmsg: (parameters) => `OK: ${(sent += 1)} ${parameters.get("text")}`,
              getbalance: () => "Credit: 7"
            }
          })
        })
      )
    )
  )

  it.effect("are told whose request it is, by session or by credentials, and each value of a list", () =>
    Effect.gen(function* () {
      yield* say(request("document-literal", "auth", { api_id: "1", user: "ada" }))
      for (const identity of [{ session_id: "s1" }, { api_id: "1", user: "ada", password: "x" }]) {
        for (const style of styles) {
          assert.strictEqual(
            yield* say(request(style, "token_pay", { ...identity, to: ["1", "2"], text: "hi" })),
            "200 token_payResponse 1 ada\nhi\n1,2"
          )
        }
      }
    }).pipe(
      Effect.provide(
        Emulator.layer({
          credentials: "any",
          sessionId: (login) => `s${login}`,
          commands: {
            token_pay: (parameters, { apiId, user }) => [
              `${apiId} ${user}`,
              parameters.get("text") ?? "",
              parameters.all("to").join(",")
            ]
          }
        })
      )
    )
  )

  let lever = Effect.void

  it.effect("may pull levers, and die without any harm to the others", () =>
    Effect.gen(function* () {
      lever = (yield* Emulator.Emulator).setBalance(605)
      assert.strictEqual(yield* ask("token_pay"), "200 token_payResponse OK: 605")
      assert.strictEqual(yield* ask("getbalance"), "200 getbalanceResponse Credit: 605")
      lever = Effect.die("a defect")
      assert.isTrue(Exit.isFailure(yield* Effect.exit(ask("token_pay"))))
      assert.strictEqual(yield* ask("getbalance"), "200 getbalanceResponse Credit: 605")
    }).pipe(
      Effect.provide(
        Emulator.layer({
          credentials: "any",
          commands: { token_pay: () => Effect.runSync(Effect.as(lever, "OK: 605")) }
        })
      )
    )
  )

  it.effect("answer in place of a documented one as its contract has it", () =>
    Effect.gen(function* () {
      const id = yield* authenticate(demo)
      const results = yield* Command.execute(Commands.sendMsg({ to: ["1", "2"], text: "hi" }), id)
      assert.deepStrictEqual(
        results.map(({ _tag, to }) => `${_tag} ${to}`),
        ["Refused 1", "Accepted 2"]
      )
      assert.deepInclude(yield* Command.execute(Commands.queryMsg({ id: strangerId }), id), { status: "012" })
    }).pipe(
      Effect.provide(
        Emulator.layerTransport({ style: "rpc-encoded" }).pipe(
          Layer.provideMerge(
            Emulator.layer({
              commands: {
                sendmsg: (parameters) => [`ERR: 105, no To: ${parameters.get("to")}`, `ID: ${strangerId}`],
                querymsg: (parameters) => `ID: ${parameters.get("apimsgid")} Status: 012`
              }
            })
          )
        )
      )
    )
  )
})
