import * as Arr from "effect/Array"
import * as Either from "effect/Either"
import type { MalformedReason } from "../../Errors.ts"
import type { Attribute } from "./namespaces.ts"
import type { Element } from "./xml.ts"
import * as xml from "./xml.ts"
import * as xmlText from "./xmlText.ts"

/** The texts of a response's one return element, or of all that there are, or why they are not to be trusted. */
export const texts = (
  command: { readonly operation: string; readonly returns: "one" | "many" },
  response: Element
): Either.Either<Arr.NonEmptyReadonlyArray<string>, MalformedReason> => {
  if (response.name !== `${command.operation}Response`) return Either.left("WrongOperation")
  const isMany = command.returns === "many"
  const returns = response.children.filter((child) => child.name === "return")
  const wraps = isMany ? isArray : isTypedArray
  const leaves = returns.flatMap((element) => (wraps(element) ? element.children : [element]))
  if (!Arr.isNonEmptyReadonlyArray(leaves)) return Either.left("MissingReturn")
  if (!isMany && leaves.length > 1) return Either.left("MultipleReturn")
  const around = [response, ...returns.filter(wraps)]
  if (returns.length < response.children.length || !around.every(({ text }) => xmlText.isBlank(text))) {
    return Either.left("UnexpectedContent")
  }
  for (const element of [...around, ...leaves]) {
    if (xml.isSet(element, schemaInstance, "nil")) return Either.left("NilReturn")
    if (element.attributes.some(isReference)) return Either.left("ReferencedReturn")
  }
  if (leaves.some((leaf) => leaf.children.length > 0)) return Either.left("UnrecognisedReturn")
  const found = Arr.map(leaves, ({ text }) => text)
  return Either.right(isMany ? Arr.flatMap(found, lines) : found)
}

// RPC/encoded wraps the records in an array; document/literal repeats the element.
const isArray = ({ children }: Element): boolean =>
  children.length > 0 && children.every((child) => child.name === "item")

// The RPC contract has one record of some commands come as an array of one; elsewhere nothing looks like that by itself.
const isTypedArray = (element: Element): boolean =>
  isArray(element) &&
  element.attributes.some(({ name, namespace }) => name === "arrayType" && namespace === soapEncoding)

const soapEncoding = "http://schemas.xmlsoap.org/soap/encoding/"

const schemaInstance = "http://www.w3.org/2001/XMLSchema-instance"

// SOAP 1.1 §5.4.1 and SOAP 1.2 part 2 §3.1.5: the value stands elsewhere, where no server of this API has been seen to put it.
const isReference = ({ name, namespace }: Attribute): boolean =>
  (name === "href" && namespace === "") || (name === "ref" && namespace === "http://www.w3.org/2003/05/soap-encoding")

// Either may also join several records with line feeds.
const lines = (text: string): Arr.NonEmptyReadonlyArray<string> => {
  const [first = "", ...rest] = text
    .split("\n")
    .map(xmlText.trim)
    .filter((line) => line !== "")
  return [first, ...rest]
}
