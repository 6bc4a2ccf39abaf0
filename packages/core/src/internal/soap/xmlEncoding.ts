import type { Style } from "../../Envelope.ts"

// Made once, which is safe: each document is decoded in one call, after which a decoder starts anew.
const utf8 = new TextDecoder("utf-8", { fatal: true })
const latin1 = new TextDecoder("latin1")

/** What a document may be in: ISO-8859-1 only where it says so, and UTF-8 otherwise, of which US-ASCII is a part. */
export type Encodings = "unicode" | "unicode or latin1"

/** Those of the two services: samples of the older one are in ISO-8859-1. */
export const ofStyle: Readonly<Record<Style, Encodings>> = {
  "document-literal": "unicode",
  "rpc-encoded": "unicode or latin1"
}

/** The text of a document, or nothing if its bytes are not what they say or something that is not read here. */
export const decode = (bytes: Uint8Array, encodings: Encodings): string | undefined => {
  const allowed = readable[encodings]
  try {
    if (allowed.has(iso) && declared(beginning(bytes)) === iso) return latin1.decode(bytes)
    // A byte order mark is dropped: one, and only at the beginning.
    const text = utf8.decode(bytes)
    const encoding = declared(text)
    if (encoding === ascii && /[\u0080-\uFFFF]/.test(text)) return undefined
    return encoding === undefined || allowed.has(encoding) ? text : undefined
  } catch {
    return undefined
  }
}

const ascii = "us-ascii"
const iso = "iso-8859-1"

const readable: Readonly<Record<Encodings, ReadonlySet<string>>> = {
  unicode: new Set(["utf-8", ascii]),
  "unicode or latin1": new Set(["utf-8", ascii, iso])
}

// The declaration is ASCII in each of these encodings, and the first thing with a ">".
const beginning = (bytes: Uint8Array): string => latin1.decode(bytes.subarray(0, bytes.indexOf(62) + 1))

const declaration = /^<\?xml[ \t\r\n](?:[^>]*?[ \t\r\n])?encoding[ \t\r\n]*=[ \t\r\n]*(?:"([^">]*)"|'([^'>]*)')/

const declared = (text: string): string | undefined => {
  const [, double, single] = declaration.exec(text) ?? []
  return (double ?? single)?.toLowerCase()
}
