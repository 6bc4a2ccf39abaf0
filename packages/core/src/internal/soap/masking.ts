import * as Arr from "effect/Array"
import * as Order from "effect/Order"
import * as Redacted from "effect/Redacted"
import * as xmlText from "./xmlText.ts"

/** What stands where a secret was. */
export const masked = "<redacted>"

/** Replaces these secrets, and anything shaped like a session id, in the texts that a server wrote. */
export const make = (secrets: ReadonlyArray<Redacted.Redacted<string>>): ((text: string) => string) => {
  const texts = secrets
    .map(Redacted.value)
    // A text from a reply has lost the white space around it.
    .flatMap((secret) => [secret, secret.trim()])
    // A secret of three characters or fewer is too common a text to hide anything by masking it.
    .filter((secret) => secret.length > 3)
  const patterns = Arr.map(Arr.sort(new Set(texts), longestFirst), (secret) => secret.replace(special, written))
  const pattern = new RegExp([...patterns, "\\b[0-9a-fA-F]{32}\\b"].join("|"), "g")
  return (text) => text.replace(pattern, masked)
}

// A secret that begins with another would keep its end.
const longestFirst = Order.mapInput(Order.reverse(Order.number), (text: string) => text.length)

const special = /[\\^$.*+?()[\]{}|&<>"'\r]/g

// Each server has its own way to write what must be escaped, and some texts are no longer XML.
const written = (char: string): string => {
  const named = xmlText.escape(char)
  if (named === char) return `\\${char}`
  const hex = char.charCodeAt(0).toString(16)
  return `(?:${char}|${named}|&#0*${char.charCodeAt(0)};|&#x0*(?:${hex}|${hex.toUpperCase()});)`
}
