import type { Buffer } from "node:buffer"
import * as zlib from "node:zlib"
import * as soapHttp from "../soapHttp.ts"

/**
 * Undoes the codings of a `Content-Encoding` from the last one backwards, up to one that it does not know; throws what zlib does
 * where a body is not coded so, or grows over the limit.
 */
export const decompress = (body: Uint8Array, contentEncoding: string, maxBytes: number): Uint8Array => {
  if (body.length === 0) return body
  if (contentEncoding === "") return soapHttp.isGzip(body) ? gunzip(body, maxBytes) : body
  const codings = contentEncoding.toLowerCase().split(",")
  let plain = body
  // As many as nobody needs would only be there to cost time.
  if (codings.length > 5) return plain
  for (let coding = codings.pop(); coding !== undefined; coding = codings.pop()) {
    const decode = decoders.get(coding.trim())
    if (decode === undefined) return plain
    plain = decode(plain, maxBytes)
  }
  return plain
}

type Decode = (body: Uint8Array, maxBytes: number) => Uint8Array

const gunzip: Decode = (body, maxOutputLength) => zlib.gunzipSync(body, { maxOutputLength })

// Many servers leave the header of zlib (RFC 1950 §2.2) out.
const inflate: Decode = (body, maxOutputLength): Buffer =>
  ((body[0] ?? 0) & 0x0f) === 8
    ? zlib.inflateSync(body, { maxOutputLength })
    : zlib.inflateRawSync(body, { maxOutputLength })

const decoders: ReadonlyMap<string, Decode> = new Map([
  ["gzip", gunzip],
  ["x-gzip", gunzip],
  ["deflate", inflate],
  ["br", (body, maxOutputLength) => zlib.brotliDecompressSync(body, { maxOutputLength })],
  ["identity", (body) => body]
])
