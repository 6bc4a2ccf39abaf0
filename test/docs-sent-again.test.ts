// The drawing "is it sent again?" of docs/errors.md: a real session comes to each of its leaves, by every error that leads there.
import * as Command from "@effect-clickatell/core/Command"
import type { CommandError, TransportReason } from "@effect-clickatell/core/Errors"
import { assert, describe } from "@effect/vitest"
import { Effect } from "effect"
import * as Scripted from "./core/scriptedTransport.ts"
import type { Service } from "./core/support.ts"
import { fails, GetBalance, said, seeded, SendMsg, start, succeeds } from "./core/support.ts"
import { it } from "./core/virtualTest.ts"
import { kinds, leaves } from "./sentAgain.ts"

const sendMsg = SendMsg({ text: "hi" })

const sent = ({ log }: Scripted.Server, operation: string) =>
  log.filter((line) => line.includes(` ${operation} `)).length

/** A session that has logged in, and a service that answers this operation so from then on. */
const meeting = (operation: string, answer: Scripted.Answer) =>
  Effect.gen(function* () {
    const server = Scripted.make()
    const session = yield* start(server)
    yield* succeeds(session.open)
    server.always(operation, answer)
    return { server, session }
  })

const transports = (reasons: ReadonlyArray<TransportReason>) =>
  Object.fromEntries(reasons.map((reason) => [reason, Scripted.broken(reason)]))

/** What the service or the network does for each kind of error; those that no answer to a call can be are left out. */
const answers: Readonly<Record<string, Scripted.Answer>> = {
  ...transports(["Connect", "Dns", "Tls", "Timeout", "Reset", "Protocol", "Redirect", "BodyTooLarge"]),
  "Reset in the body": Scripted.broken("Reset", "body"),
  ...Object.fromEntries(
    [400, 401, 403, 404, 407, 408, 429, 501, 502, 503, 504].map((code) => [`Status ${code}`, Scripted.status(code)])
  ),
  "Retry-After over a minute": Scripted.status(503, "61 seconds"),
  Empty: Scripted.body(" "),
  NotSoap: Scripted.body("<html><p>pay</p></html>"),
  NotWellFormed: Scripted.body("<e:Envelope xmlns:e="),
  WrongOperation: Scripted.reply("OK:", "getquote"),
  UnrecognisedReturn: Scripted.reply("OKAY"),
  Server: Scripted.fault("Server"),
  Client: Scripted.fault("Client"),
  "101": Scripted.err("101"),
  "130": Scripted.err("130", "until 1300000000"),
  "901": Scripted.err("901"),
  IpLockdown: Scripted.err("007")
}

const met = kinds.flatMap((kind) => {
  const answer = answers[kind.kind]
  return answer === undefined ? [] : [{ ...kind, answer }]
})

describe("the last question", () => {
  it("is tried with every error that is sent again, and with others", () => {
    assert.deepStrictEqual(
      met.filter(({ again }) => again > 0).map(({ kind }) => kind),
      kinds.filter(({ again }) => again > 0).map(({ kind }) => kind)
    )
    assert.strictEqual(met.length, Object.keys(answers).length)
  })

  it.virtual.each(met)("is answered for $tag $kind", ({ again, answer }) =>
    Effect.gen(function* () {
      for (const [operation, call] of [
        ["ping", (session: Service) => session.ping],
        ["getbalance", (session: Service) => session.execute(GetBalance)]
      ] as const) {
        const { server, session } = yield* meeting(operation, answer)
        yield* fails<unknown, unknown, never>(call(session), "1 minute")
        assert.strictEqual(sent(server, operation), 1 + again, operation)
      }
    }).pipe(seeded("sent again"))
  )

  it.virtual.each(met.filter(({ tag }) => tag !== "AuthFailed"))(
    "is asked of a login too, for $tag $kind",
    ({ again, answer }) =>
      Effect.gen(function* () {
        const server = Scripted.make()
        server.always("auth", answer)
        const session = yield* start(server)
        yield* fails(session.open, "1 minute")
        assert.strictEqual(sent(server, "auth"), 1 + Math.min(again, 2))
      }).pipe(seeded("sent again"))
  )
})

describe("the leaf", () => {
  it.virtual.each(met)("of a check, and of what is not idempotent, for $tag $kind", ({ answer }) =>
    Effect.gen(function* () {
      for (const [operation, call, leaf] of [
        ["ping", (session: Service) => session.check, "check"],
        ["sendmsg", (session: Service) => session.execute(sendMsg), "not idempotent"]
      ] as const) {
        const { server, session } = yield* meeting(operation, answer)
        yield* fails<unknown, unknown, never>(call(session), "1 minute")
        assert.strictEqual(sent(server, operation), leaves[leaf].sent, leaf)
      }
      const { server, session } = yield* meeting("sendmsg", answer)
      const own = session.use((id) => Command.execute(sendMsg, id))
      yield* fails(Effect.provide(own, server.layer), "1 minute")
      assert.strictEqual(sent(server, "sendmsg"), leaves["not idempotent"].sent, "use")
    }).pipe(seeded("sent again"))
  )

  it.virtual.each(["001", "003", "005"])("of a session that is refused with %s", (code) =>
    Effect.gen(function* () {
      for (const [operation, call] of [
        ["ping", (session: Service) => session.ping],
        ["getbalance", (session: Service) => session.execute(GetBalance)],
        ["sendmsg", (session: Service) => session.execute(sendMsg)]
      ] as const) {
        const { server, session } = yield* meeting(operation, Scripted.err(code))
        assert.strictEqual(
          said(yield* fails<unknown, CommandError, never>(call(session))),
          `AuthFailed SessionNotAccepted ${code}`
        )
        assert.strictEqual(sent(server, operation), leaves.refused.sent, operation)
      }
      const { server, session } = yield* meeting("ping", Scripted.err(code))
      yield* fails(session.check)
      assert.strictEqual(sent(server, "ping"), leaves.check.sent)
    })
  )

  it.virtual("of an error that use takes for a refusal", () =>
    Effect.gen(function* () {
      const { session } = yield* meeting("sendmsg", Scripted.err("001"))
      let calls = 0
      const own = Effect.suspend(() => {
        calls++
        return Effect.fail("taken back" as const)
      })
      assert.strictEqual(
        yield* fails(
          session.use(
            () => own,
            (error) => error === "taken back"
          )
        ),
        "taken back"
      )
      assert.strictEqual(calls, leaves.refused.sent)
    })
  )

  it.virtual("of a login that gives no session", () =>
    Effect.gen(function* () {
      const server = Scripted.make()
      server.always("auth", Scripted.err("001"))
      const session = yield* start(server)
      assert.strictEqual(said(yield* fails(session.execute(sendMsg))), "AuthFailed BadCredentials 001")
      assert.strictEqual(sent(server, "sendmsg"), leaves["no session"].sent)
    })
  )
})
