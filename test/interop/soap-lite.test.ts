// Perl's SOAP::Lite: from the emulator's WSDL, whose contract of document/literal it does not understand, and without any.
import { describe } from "@effect/vitest"
import type { Style } from "@effect-clickatell/core/Envelope"
import * as Envelope from "@effect-clickatell/core/Envelope"
import { EmulatorServer } from "@effect-clickatell/testing/EmulatorServer"
import * as Effect from "effect/Effect"
import { fileURLToPath } from "node:url"
import * as contract from "./contract.ts"
import { converse } from "./conversation.ts"
import * as story from "./emulatorStory.ts"
import { missing } from "./support.ts"

const script = fileURLToPath(new URL("perl/client.pl", import.meta.url))

/** An array is one in RPC/encoded, and a repeated element in document/literal. */
const inStyle = (style: Style, given: Readonly<Record<string, unknown>>) =>
  Object.entries(given).flatMap(([name, value]) =>
    style === "document-literal" && Array.isArray(value) ? value.map((item) => [name, item]) : [[name, value]]
  )

const ways = [
  { from: "the WSDL", style: "rpc-encoded" },
  { from: "uri and proxy", style: "rpc-encoded" },
  { from: "uri and proxy", style: "document-literal" }
] as const

describe.skipIf(missing.soapLite).each(ways)(
  "Perl's SOAP::Lite by $from, $style, and the emulator",
  ({ from, style }) => {
    const byWsdl = from === "the WSDL"

    const client = Effect.gen(function* () {
      const address = (yield* EmulatorServer).endpoint(style)
      const where = byWsdl ? [`${address}?wsdl`] : [address, Envelope.namespace[style]]
      const ask = yield* converse("/usr/bin/perl", [script, ...where])
      const call: story.Call<unknown> = (operation, given) =>
        ask([operation, ...inStyle(style, byWsdl ? contract.placed(operation, given) : given)])
      return call
    })

    story.tests(style, client)
  }
)
