import type { Style } from "../../Envelope.ts"

// Made once, which is safe: each document is decoded in one call, after which a decoder starts anew.
const utf8 = new TextDecoder("utf-8", { fatal: true })

/** What a document may be in: ISO-8859-1 only where it says so, and UTF-8 otherwise, of which US-ASCII is a part. */
export type Encodings = "unicode" | "unicode or latin1"

/** Those of the two services: samples of the older one are in ISO-8859-1. */
export const ofStyle: Readonly<Record<Style, Encodings>> = {
  "document-literal": "unicode",
  "rpc-encoded": "unicode or latin1"
}

/** The text of a document, or nothing if its bytes are not what they say or something that is not read here. */
export const decode = (bytes: Uint8Array, encodings: Encodings): string | undefined => {
  if (encodings === "unicode or latin1" && declared(beginning(bytes)) === "iso-8859-1") return latin1(bytes)
  try {
    // A byte order mark is dropped: one, and only at the beginning.
    const text = utf8.decode(bytes)
    const encoding = declared(text)
    if (encoding === ascii && /[\u0080-\uFFFF]/.test(text)) return undefined
    return encoding === undefined || encoding === "utf-8" || encoding === ascii ? text : undefined
  } catch {
    return undefined
  }
}

const ascii = "us-ascii"

// Not by the decoder of this name, which in browsers and Node is that of windows-1252.
const latin1 = (bytes: Uint8Array): string => {
  let text = ""
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096))
  return text
}

// The declaration is ASCII in each of these encodings, and the first thing with a ">".
const beginning = (bytes: Uint8Array): string => latin1(bytes.subarray(0, bytes.indexOf(62) + 1))

const declaration = /^<\?xml[ \t\r\n](?:[^>]*?[ \t\r\n])?encoding[ \t\r\n]*=[ \t\r\n]*(?:"([^">]*)"|'([^'>]*)')/

const declared = (text: string): string | undefined => {
  const [, double, single] = declaration.exec(text) ?? []
  return (double ?? single)?.toLowerCase()
}
