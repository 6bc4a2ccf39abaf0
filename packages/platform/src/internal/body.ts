import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { Failure } from "./failure.ts"
import * as failure from "./failure.ts"

/** The whole body, decompressed, or the refusal of one that grows over the limit before or after that. */
export const read = (
  response: HttpClientResponse.HttpClientResponse,
  maxBytes: number
): Effect.Effect<Uint8Array, Failure> => {
  const limit = { maxBytes, status: response.status }
  return collect(Stream.catchAll(response.stream, unlessEmpty), limit).pipe(
    Effect.filterOrFail((body) => body.length > 0 || !promisesBody(response), brokenOff),
    Effect.flatMap((body) => (isGzip(body) ? collect(gunzip(body), limit) : Effect.succeed(body)))
  )
}

interface Limit {
  readonly maxBytes: number
  readonly status: number
}

const collect = (stream: Stream.Stream<Uint8Array, Failure>, { maxBytes, status }: Limit) =>
  Effect.suspend(() => {
    const chunks: Array<Uint8Array> = []
    let size = 0
    return Stream.runForEach(stream, (chunk) => {
      chunks.push(chunk)
      size += chunk.length
      return size > maxBytes
        ? Effect.fail<Failure>({ reason: "BodyTooLarge", phase: "body", mayHaveReached: true, status })
        : Effect.void
    }).pipe(Effect.map(() => concat(chunks, size)))
  })

// The word of `fetch` for a status without a body, such as 204.
const unlessEmpty = (error: HttpClientError.HttpClientError): Stream.Stream<Uint8Array, Failure> =>
  error.reason === "EmptyBody" ? Stream.empty : Stream.fail(failure.fromClient(error, "body"))

// A Node stream that broke before it had a reader looks like an empty one; a declared length says nothing after decompression.
const promisesBody = ({ headers, status }: HttpClientResponse.HttpClientResponse): boolean =>
  Number(headers["content-length"] ?? 0) > 0 && headers["content-encoding"] === undefined && status !== 304

const brokenOff = (): Failure => ({ reason: "Reset", phase: "body", mayHaveReached: true })

// Some clients decompress and leave the header, some do not: the first two bytes (RFC 1952 §2.3.1) begin no XML.
const isGzip = (body: Uint8Array): boolean => body[0] === 0x1f && body[1] === 0x8b

const gunzip = (body: Uint8Array): Stream.Stream<Uint8Array, Failure> =>
  Stream.fromReadableStream({
    evaluate: () => new Blob([body.slice()]).stream().pipeThrough(new DecompressionStream("gzip")),
    onError: (): Failure => ({ reason: "Protocol", phase: "body", mayHaveReached: true })
  })

const concat = (chunks: ReadonlyArray<Uint8Array>, size: number): Uint8Array => {
  const whole = new Uint8Array(size)
  let offset = 0
  for (const chunk of chunks) {
    whole.set(chunk, offset)
    offset += chunk.length
  }
  return whole
}
