import * as HttpIncomingMessage from "@effect/platform/HttpIncomingMessage"
import type * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Predicate from "effect/Predicate"
import * as Zlib from "node:zlib"

const maxBytes = 1024 * 1024

/** A request's body, or the status that says why it cannot be had. */
export const read = (request: HttpServerRequest.HttpServerRequest): Effect.Effect<Uint8Array, 400 | 413 | 415> => {
  const { "content-encoding": encoding = "identity", "content-length": length = "0" } = request.headers
  if (encoding !== "identity" && encoding !== "gzip") return Effect.fail(415)
  // Told before it is read: to stop reading breaks the connection, and the answer would be lost.
  if (Number(length) > maxBytes) return Effect.fail(413)
  return request.arrayBuffer.pipe(
    HttpIncomingMessage.withMaxBodySize(Option.some(maxBytes)),
    Effect.mapError(() => 413 as const),
    Effect.flatMap((body) => (encoding === "gzip" ? gunzip(body) : Effect.succeed(new Uint8Array(body))))
  )
}

const gunzip = (body: ArrayBuffer): Effect.Effect<Uint8Array, 400 | 413> =>
  Effect.try({
    try: () => Zlib.gunzipSync(body, { maxOutputLength: maxBytes }),
    catch: (error) => (Predicate.hasProperty(error, "code") && error.code === "ERR_BUFFER_TOO_LARGE" ? 413 : 400)
  })
