// The documented commands against PHP's SoapClient and SoapServer, from the two published contracts.
import { assert, describe, it } from "@effect/vitest"
import * as Command from "@effect-clickatell/core/Command"
import * as Commands from "@effect-clickatell/core/Commands"
import * as Envelope from "@effect-clickatell/core/Envelope"
import type { InvalidParameters } from "@effect-clickatell/core/Errors"
import * as SessionId from "@effect-clickatell/core/SessionId"
import * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import * as BigDecimal from "effect/BigDecimal"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import * as fs from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { strangerId, styles } from "../testing/support.ts"
import { cases, full, id, to } from "./commandCases.ts"
import * as contract from "./contract.ts"
import { missing, run, servePhp, temporaryFolder } from "./support.ts"

const attribute = (element: Envelope.Element, name: string) =>
  element.attributes.find((it) => it.name === name)?.value ?? ""

/** What a parameter says: its name, its type, and its text, or those of an array, whose type each client writes differently. */
const saidBy = (element: Envelope.Element) => {
  const { children, name, namespace, text } = element
  return children.length > 0
    ? [namespace, name, "array", ...children.map((item) => item.text)]
    : [namespace, name, attribute(element, "type"), text]
}

/** What a request says: its operation and its parameters, in their order. */
const said = (style: Envelope.Style, xml: string) => {
  const { entry } = Either.getOrThrow(Envelope.parse(style, new TextEncoder().encode(xml)))
  // PHP writes those that are left out, too.
  const given = entry.children.filter((child) => attribute(child, "nil") === "")
  return { operation: `${entry.namespace} ${entry.name}`, parameters: given.map(saidBy) }
}

const ours = (style: Envelope.Style, command: Command.Command<unknown>) => {
  const { operation, parameters } = Command.inStyle(command, style)
  const all = [{ name: "session_id", type: "xsd:string", value: strangerId } as const, ...Either.getOrThrow(parameters)]
  return Redacted.value(Envelope.make(style, operation, all).xml)
}

const sessionId = Either.getOrThrow(SessionId.make(strangerId))
const execute = <A>(command: Command.Command<A>) => Command.execute(command, sessionId)

describe.each(styles)("the commands in %s", (style) => {
  const writeContract = Effect.map(temporaryFolder, (folder) => {
    const wsdl = join(folder, "service.wsdl")
    fs.writeFileSync(wsdl, contract.make(style, "http://127.0.0.1/"))
    return wsdl
  })

  it.scopedLive.skipIf(missing.php)("say what PHP SoapClient says for the same parameters", () =>
    Effect.gen(function* () {
      const calls = cases(style).map(({ command, values }) => {
        const { operation } = Command.inStyle<unknown, InvalidParameters>(command, style)
        const names = contract.parametersOf(style, operation)
        const given: Readonly<Record<string, unknown>> = { session_id: strangerId, ...values }
        return { operation, parameters: Object.fromEntries(names.map((name) => [name, given[name] ?? null])) }
      })
      const script = fileURLToPath(new URL("php/encode.php", import.meta.url))
      const output = yield* run("php", [script], JSON.stringify({ wsdl: yield* writeContract, style, calls }))
      const requests = yield* Schema.decode(Schema.parseJson(Schema.Array(Schema.String)))(output)
      assert.lengthOf(requests, calls.length)
      cases(style).forEach(({ command }, at) =>
        assert.deepStrictEqual(said(style, ours(style, command)), said(style, requests[at] ?? ""))
      )
    })
  )

  it.scopedLive.skipIf(missing.php)("are understood by PHP SoapServer, and understand it", () =>
    Effect.gen(function* () {
      const names = contract.operationsOf(style)
      const endpoint = yield* servePhp(fileURLToPath(new URL("php/commands.php", import.meta.url)), {
        EMULATOR_WSDL: yield* writeContract,
        EMULATOR_STYLE: style,
        EMULATOR_PARAMETERS: JSON.stringify(
          Object.fromEntries(names.map((name) => [name, contract.parametersOf(style, name)]))
        )
      })
      yield* Effect.gen(function* () {
        assert.strictEqual(BigDecimal.format(yield* execute(Commands.getBalance)), "123.4")
        assert.strictEqual((yield* execute(Commands.routeCoverage("27")))._tag, "Covered")
        assert.strictEqual((yield* execute(Commands.routeCoverage("28")))._tag, "Uncovered")
        assert.deepStrictEqual(yield* execute(Commands.queryMsg({ id })), { id, status: "004" })
        assert.deepStrictEqual(yield* execute(Commands.delMsg({ id })), { id, status: "004" })
        const lost = yield* Effect.flip(execute(Commands.queryMsg({ clientMessageId: "order17" })))
        assert.deepInclude({ ...lost }, { _tag: "ApiError", code: "104" })
        assert.strictEqual(BigDecimal.format((yield* execute(Commands.getMsgCharge({ id }))).charge), "1.5")
        const sent = yield* execute(Commands.sendMsg({ to: [...to, "27990000003"], text: "hi" }))
        assert.deepStrictEqual(
          sent.map((result) => (result._tag === "Accepted" ? result.id : result.code)),
          [`${id.slice(0, 29)}000`, "128", `${id.slice(0, 29)}002`]
        )
        const one = yield* execute(Commands.sendMsg({ to: [to[0]], text: "hi" }))
        assert.deepInclude(one[0], { _tag: "Accepted", to: to[0] })
        const echo = yield* Effect.flip(execute(Commands.sendMsg({ ...full, from: "Echo" })))
        assert.deepStrictEqual(
          echo._tag === "ApiError" && JSON.parse(echo.description),
          JSON.parse(JSON.stringify({ ...cases(style)[0].values, from: "Echo" }))
        )
      }).pipe(Effect.provide(HttpTransport.layerFetch({ endpoint, style })))
    })
  )
})
