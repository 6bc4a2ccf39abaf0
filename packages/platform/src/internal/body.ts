import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Failure } from "./failure.ts"
import * as failure from "./failure.ts"

/** The whole body, decompressed where the client does that, or the refusal of one that grows over the limit. */
export const read = (
  response: HttpClientResponse.HttpClientResponse,
  maxBytes: number
): Effect.Effect<Uint8Array, Failure> =>
  // A stream costs several times as much as the rest of an exchange, so it is kept for bodies whose size is not known yet.
  (declaredSize(response) <= maxBytes ? atOnce(response) : streamed(response, maxBytes)).pipe(
    Effect.filterOrFail(
      (body) => body.length <= maxBytes,
      (): Failure => tooLarge(response.status)
    ),
    Effect.filterOrFail((body) => body.length > 0 || !promisesBody(response), brokenOff)
  )

const tooLarge = (status: number): Failure => ({ reason: "BodyTooLarge", phase: "body", mayHaveReached: true, status })

const brokenOff = (): Failure => ({ reason: "Reset", phase: "body", mayHaveReached: true })

/** What the client counts and holds the server to; it says nothing of the size after decompression. */
const declaredSize = ({ headers }: HttpClientResponse.HttpClientResponse): number => {
  const length = headers["content-length"] ?? ""
  return headers["content-encoding"] === undefined && /^\d+$/.test(length) ? Number(length) : Number.POSITIVE_INFINITY
}

// A Node stream that broke before it had a reader looks like an empty one. (304 tells the length of what it does not send.)
const promisesBody = (response: HttpClientResponse.HttpClientResponse): boolean => {
  const size = declaredSize(response)
  return size > 0 && size !== Number.POSITIVE_INFINITY && response.status !== 304
}

const atOnce = (response: HttpClientResponse.HttpClientResponse): Effect.Effect<Uint8Array, Failure> =>
  response.arrayBuffer.pipe(
    Effect.map((buffer) => new Uint8Array(buffer)),
    Effect.catchAll(unlessEmpty)
  )

const streamed = (
  response: HttpClientResponse.HttpClientResponse,
  maxBytes: number
): Effect.Effect<Uint8Array, Failure> =>
  Effect.suspend(() => {
    const chunks: Array<Uint8Array> = []
    let size = 0
    return Stream.runForEach(Stream.catchAll(response.stream, failWith), (chunk) => {
      chunks.push(chunk)
      size += chunk.length
      return size > maxBytes ? Effect.fail(tooLarge(response.status)) : Effect.void
    }).pipe(Effect.map(() => concat(chunks, size)))
  })

const failWith = (error: HttpClientError.HttpClientError) => Stream.fromEffect(unlessEmpty(error))

// The word of `fetch` for a status without a body, such as 204.
const unlessEmpty = (error: HttpClientError.HttpClientError): Effect.Effect<Uint8Array, Failure> =>
  error.reason === "EmptyBody" ? Effect.succeed(new Uint8Array()) : Effect.fail(failure.fromClient(error, "body"))

const concat = (chunks: ReadonlyArray<Uint8Array>, size: number): Uint8Array => {
  const whole = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}
