// The documented commands against a server of the npm package soap, from the two published contracts.
import { assert, describe, it } from "@effect/vitest"
import * as Command from "@effect-clickatell/core/Command"
import * as Commands from "@effect-clickatell/core/Commands"
import type { Style } from "@effect-clickatell/core/Envelope"
import * as SessionId from "@effect-clickatell/core/SessionId"
import * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Predicate from "effect/Predicate"
import { strangerId, styles } from "../testing/support.ts"
import { cases, full, id, to } from "./commandCases.ts"
import * as contract from "./contract.ts"
import * as nodeSoapServer from "./nodeSoapServer.ts"

/** A value as this server hands it over: as it is, beside its attributes, or as an array's items. */
const plain = (given: unknown): unknown => {
  if (Array.isArray(given)) return given.map(plain)
  if (Predicate.hasProperty(given, "item")) return [plain(given.item)].flat()
  return Predicate.hasProperty(given, "$value") ? given.$value : given
}

const answer = (operation: string, given: Readonly<Record<string, unknown>>): string | ReadonlyArray<string> => {
  const numbers = [given["to"]].flat()
  switch (operation) {
    case "getbalance":
      return "Credit: 123.4"
    case "routecoverage":
    case "routeCoverage":
      return "OK: This prefix is currently supported. Messages sent to this prefix will be routed. Charge: 0.8"
    case "getmsgcharge":
      return `apiMsgId: ${String(given["apimsgid"])} charge: 1.5 status: 004`
    case "sendmsg":
      return numbers.map((number) => `ID: ${id} To: ${String(number)}`)
    default:
      return `ID: ${id} Status: 004`
  }
}

const encoding = "http://schemas.xmlsoap.org/soap/encoding/"

const inStyle = (style: Style, operation: string, records: string | ReadonlyArray<string>): unknown => {
  if (style === "document-literal" || /^(?:getbalance|routeCoverage)$/.test(operation)) return records
  const item = [records].flat()
  return {
    attributes: { "xmlns:SOAP-ENC": encoding, "SOAP-ENC:arrayType": `xsd:string[${item.length}]` },
    item
  }
}

const sessionId = Either.getOrThrow(SessionId.make(strangerId))
const execute = <A>(command: Command.Command<A>) => Command.execute(command, sessionId)

const text = (value: unknown) => (Array.isArray(value) ? value.map(String) : String(value))
const texts = (given: object) => Object.fromEntries(Object.entries(given).map(([name, value]) => [name, text(value)]))

describe.each(styles)("the commands and a server of npm soap, %s", (style) => {
  const received: Array<readonly [operation: string, given: object]> = []
  const handlers = Object.fromEntries(
    contract.operationsOf(style).map((operation) => [
      operation,
      (parameters: Readonly<Record<string, unknown>>) => {
        const { session_id, ...given } = Object.fromEntries(
          Object.entries(parameters).map(([name, value]) => [name, plain(value)])
        )
        received.push([operation, given])
        return { return: session_id === strangerId ? inStyle(style, operation, answer(operation, given)) : "ERR: 001" }
      }
    ])
  )

  const serve = nodeSoapServer.serve({ Service: { Port: handlers } }, contract.make(style, "http://127.0.0.1/"))

  it.scopedLive("are understood by it, and understand it", () =>
    Effect.gen(function* () {
      const endpoint = yield* serve
      yield* Effect.gen(function* () {
        assert.strictEqual(BigDecimal.format(yield* execute(Commands.getBalance)), "123.4")
        assert.strictEqual((yield* execute(Commands.routeCoverage("27")))._tag, "Covered")
        assert.deepStrictEqual(yield* execute(Commands.queryMsg({ id })), { id, status: "004" })
        assert.deepStrictEqual(yield* execute(Commands.delMsg({ id })), { id, status: "004" })
        assert.strictEqual(BigDecimal.format((yield* execute(Commands.getMsgCharge({ id }))).charge), "1.5")
        const sent = yield* execute(Commands.sendMsg(full))
        assert.deepStrictEqual(
          sent.map((result) => `${result._tag} ${result.to}`),
          to.map((number) => `Accepted ${number}`)
        )
        received.length = 0
        for (const { command } of cases(style)) yield* Effect.exit(execute<unknown>(command))
        assert.deepStrictEqual(
          received.map(([, given]) => texts(given)),
          cases(style).map(({ values }) => texts(values))
        )
      }).pipe(Effect.provide(HttpTransport.layerFetch({ endpoint, style })))
    })
  )
})
