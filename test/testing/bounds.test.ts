// What a client can send without end is not kept without end.
import { assert, describe, it } from "@effect/vitest"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Arr from "effect/Array"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as HashMap from "effect/HashMap"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import * as Order from "effect/Order"
import * as accounts from "../../packages/testing/src/internal/accounts.ts"
import { sessionOf } from "../../packages/testing/src/internal/admission.ts"
import * as commands from "../../packages/testing/src/internal/commands.ts"
import * as directory from "../../packages/testing/src/internal/directory.ts"
import * as messages from "../../packages/testing/src/internal/messages.ts"
import * as parameters from "../../packages/testing/src/internal/parameters.ts"
import type { Service } from "../../packages/testing/src/internal/service.ts"
import { act, changeAccount } from "../../packages/testing/src/internal/service.ts"
import * as sessions from "../../packages/testing/src/internal/sessions.ts"
import * as settings from "../../packages/testing/src/internal/settings.ts"
import { request, say, strangerId } from "./support.ts"

describe("the log", () => {
  it.effect("keeps 10,000 entries where nobody says how many", () =>
    Effect.gen(function* () {
      const { handle, log } = yield* Emulator.Emulator
      yield* Effect.replicateEffect(handle(new Uint8Array()), 9_999, { discard: true })
      yield* say(request("document-literal", "ping", { session_id: strangerId }))
      assert.lengthOf(yield* log, 10_000)
      yield* handle(new Uint8Array())
      const entries = yield* log
      assert.deepStrictEqual(
        [entries.length, entries.at(-2)?.operation, entries.at(-1)?.operation],
        [10_000, "ping", ""]
      )
    }).pipe(Effect.provide(Emulator.layer()))
  )

  it.effect("cuts the names that clients write, in what is printed too, and only where they are long", () =>
    Effect.gen(function* () {
      const printed: Array<string> = []
      const logger = Logger.make(({ message }) => void printed.push(String(message)))
      const names = [64, 65, 2 ** 20].map((length) => "n".repeat(length))
      const { log } = yield* Emulator.Emulator
      yield* Effect.forEach(names, (name) => say(request("document-literal", name, {}))).pipe(
        Effect.provide(Logger.replace(Logger.defaultLogger, logger)),
        Logger.withMinimumLogLevel(LogLevel.All)
      )
      const cut = `${"n".repeat(64)}…`
      assert.deepStrictEqual(
        (yield* log).map(({ operation }) => operation),
        ["n".repeat(64), cut, cut]
      )
      assert.deepStrictEqual(printed, [`${"n".repeat(64)}: Fault`, `${cut}: Fault`, `${cut}: Fault`])
    }).pipe(Effect.provide(Emulator.layer()))
  )

  it.effect("cuts what an operation of one's own says with a client's words", () =>
    Effect.gen(function* () {
      const { log } = yield* Emulator.Emulator
      yield* say(request("document-literal", "auth", {}))
      yield* say(request("document-literal", "echo", { session_id: "s1", text: "7".repeat(100) }))
      assert.strictEqual((yield* log)[1]?.outcome, `ERR ${"7".repeat(60)}…`)
    }).pipe(
      Effect.provide(
        Layer.suspend(() =>
          Emulator.layer({
            credentials: "any",
            sessionId: (login) => `s${login}`,
            commands: { echo: (parameters) => `ERR: ${parameters.get("text")}, x` }
          })
        )
      )
    )
  )
})

const life = 60
const auth = commands.make({})({ operation: "auth", style: "document-literal" }) ?? assert.fail("no auth")

/** What the service knows after so many logins, one in each of these milliseconds, to as many accounts. */
const after = (logins: number, every: number, options: Pick<settings.Settings, "sessions"> = {}) =>
  Arr.reduce(
    Arr.range(1, logins),
    settings.make({ credentials: "any", sessionLife: life, ...options }, 0),
    (it, login) =>
      auth(it, parameters.make([["user", `user-${login}`]]), {
        now: login * every,
        sessionId: (ordinal) => `session-${ordinal}`,
        messageId: () => ""
      }).service
  )

const known = ({ sessions: { known } }: Service) =>
  Arr.sort(
    Array.from(HashMap.values(known), ({ ordinal }) => ordinal),
    Order.number
  )

describe("sessions that are dead", () => {
  it("are forgotten once they are many", () => {
    const service = after(10_000, 1)
    assert.strictEqual(sessions.count(service.sessions, 10_000), life)
    assert.isAtMost(known(service).length, 1000 + 2 * life)
    assert.strictEqual(service.sessions.logins, 10_000)
  })

  it("are still known by their ordinals while they are few", () => {
    assert.strictEqual(sessionOf(after(1000, 1), parameters.make([["session_id", "session-1"]])), 1)
  })

  it("make no room at the cost of those that live", () => {
    assert.lengthOf(known(after(5000, 0)), 5000)
  })
})

describe("sessions that are alive", () => {
  it("are as many as they may be, and the oldest logins are forgotten for newer ones", () => {
    assert.deepStrictEqual(known(after(25, 0, { sessions: 10 })), Arr.range(16, 25))
    assert.deepStrictEqual(known(after(3, 0, { sessions: 1 })), [3])
  })
})

const day = 86_400_000
const message = (index: number): messages.Taken => ({
  id: String(index),
  account: directory.keyOf({ apiId: "1", user: "ada" }),
  to: "1",
  from: undefined,
  clientMessageId: `client${index % 7}`,
  content: "",
  charge: BigDecimal.make(1n, 0),
  at: index,
  due: index,
  expires: index,
  statuses: [],
  stopped: false
})

describe("messages", () => {
  const kept = Arr.reduce(Arr.range(1, 100), messages.make(10), (it, index) =>
    messages.add(it, [message(index)], index)
  )

  it("are as many as they may be, with what finds them", () => {
    assert.deepStrictEqual(
      messages.list(kept, 100).map(({ id }) => id),
      Arr.range(91, 100).map(String)
    )
    assert.strictEqual(HashMap.size(kept.kept), 10)
    // Of seven ids of the client's all are found, and no other.
    assert.strictEqual(HashMap.size(kept.ordinals), 17)
  })

  it("are let go when nothing can be asked about them any more", () => {
    const later = messages.add(kept, [message(15 * day + 95)], 15 * day + 95)
    assert.deepStrictEqual(
      messages.list(later, 0).map(({ id }) => id),
      ["96", "97", "98", "99", "100", String(15 * day + 95)]
    )
  })
})

describe("accounts that no list names", () => {
  it("are forgotten once they are many that nobody uses", () => {
    assert.isAtMost(HashMap.size(after(10_000, 1).accounts.known), 1000 + 2 * life)
    assert.strictEqual(HashMap.size(after(5000, 0).accounts.known), 5000)
  })

  it("are kept if the tester has said something of them", () => {
    const frozen = act(after(1, 0), { kind: "freeze", account: { apiId: "", user: "root" } }, 0)
    const crowded = Arr.reduce(Arr.range(1, 3000), frozen, (it, user) =>
      changeAccount(it, String(user), { logins: 1 }, life * user)
    )
    assert.isAtMost(HashMap.size(crowded.accounts.known), 1010)
    assert.isTrue(accounts.get(crowded.accounts, directory.keyOf({ apiId: "", user: "root" })).frozen)
  })
})
