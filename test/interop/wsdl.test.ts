// The emulator's contracts against those that the tests have from the published ones by themselves.
import { assert, describe, it } from "@effect/vitest"
import type { Style } from "@effect-clickatell/core/Envelope"
import * as Wsdl from "@effect-clickatell/testing/Wsdl"
import { styles } from "../testing/support.ts"
import * as contract from "./contract.ts"

/** The parts of each message of RPC, as they are written. */
const messages = (wsdl: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Array.from(wsdl.matchAll(/<message name="(\w+)">(.*?)<\/message>/g), ([, name = "", parts = ""]) => [name, parts])
  )

/** The name and type of each child of each element of document/literal. */
const elements = (wsdl: string): Readonly<Record<string, ReadonlyArray<string>>> =>
  Object.fromEntries(
    Array.from(
      wsdl.matchAll(/<xsd:element name="(\w+)">\s*<xsd:complexType>([^]*?)<\/xsd:complexType>/g),
      ([, name = "", children = ""]) => [name, children.match(/name="\w+" type="xsd:\w+"/g) ?? []]
    )
  )

const read: Readonly<Record<Style, (wsdl: string) => object>> = {
  "document-literal": elements,
  "rpc-encoded": messages
}

describe.each(styles)("the contract of %s", (style) => {
  const [ours, published] = [Wsdl.make(style, "http://127.0.0.1/"), contract.make(style, "http://127.0.0.1/")].map(
    read[style]
  )

  it("has each operation of the published one, with its names, order and types", () => {
    assert.isAtLeast(Object.keys(published ?? {}).length, 12)
    assert.deepInclude(ours ?? {}, published ?? {})
  })

  it("has room for the records of several recipients", () => {
    const several =
      style === "rpc-encoded" ? /name="to" type="tns:ArrayOfString"/ : /name="to" [^>]*maxOccurs="unbounded"/
    assert.match(Wsdl.make(style, ""), several)
    assert.match(Wsdl.make(style, ""), new RegExp(several.source.replace('"to"', '"return"')))
  })
})
