import type * as Headers from "@effect/platform/Headers"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import * as Stream from "effect/Stream"
import type { Failure } from "./failure.ts"
import * as failure from "./failure.ts"
import * as soapHttp from "./soapHttp.ts"

export interface Head {
  readonly headers: Headers.Headers
  readonly status: number
  readonly maxBytes: number
}

/** The whole body, decompressed, or the refusal of one that grows over the limit before or after that. */
export const read = (
  response: HttpClientResponse.HttpClientResponse,
  head: Head
): Effect.Effect<Uint8Array, Failure> => {
  const declared = declaredLength(head)
  const whole =
    declared > 0 && declared <= head.maxBytes
      ? readAtOnce(response, head)
      : collect(Stream.catchAll(response.stream, unlessEmpty), head)
  return Effect.flatMap(whole, (body) => {
    if (body.length === 0 && declared > 0) return brokenOff
    // Some clients decompress and leave the header, some do not.
    return soapHttp.isGzip(body) ? collect(gunzip(body), head) : Effect.succeed(body)
  })
}

/** The length of the body, where the head tells it before the end; it says nothing after decompression. */
const declaredLength = ({ headers, status }: Head): number =>
  headers["content-encoding"] === undefined && status !== 304 ? Number(headers["content-length"] ?? 0) : 0

const readAtOnce = (response: HttpClientResponse.HttpClientResponse, head: Head) =>
  isOver(response)
    ? brokenOff
    : Effect.matchEffect(response.arrayBuffer, {
        onFailure: (error) => Effect.fail(failure.fromClient(error, "body")),
        // A client may break its word.
        onSuccess: (bytes) =>
          bytes.byteLength > head.maxBytes ? tooLarge(head) : Effect.succeed(new Uint8Array(bytes))
      })

/** Whether this is a Node stream that broke before it had a reader: it would neither end nor fail, and has no public name. */
const isOver = (response: object): boolean => {
  if (Predicate.hasProperty(response, "original") && Predicate.isObject(response.original)) {
    return isOver(response.original)
  }
  const source = Predicate.hasProperty(response, "source") ? response.source : undefined
  return Predicate.hasProperty(source, "readable") && source.readable === false
}

const collect = (stream: Stream.Stream<Uint8Array, Failure>, head: Head) =>
  Effect.suspend(() => {
    const chunks: Array<Uint8Array> = []
    let size = 0
    return Stream.runForEach(stream, (chunk) => {
      chunks.push(chunk)
      size += chunk.length
      return size > head.maxBytes ? tooLarge(head) : Effect.void
    }).pipe(Effect.map(() => concat(chunks, size)))
  })

const tooLarge = ({ status }: Head) => Effect.fail<Failure>(soapHttp.tooLarge(status))

const brokenOff = Effect.fail<Failure>({ reason: "Reset", phase: "body", mayHaveReached: true })

// The word of `fetch` for a status without a body, such as 204.
const unlessEmpty = (error: HttpClientError.HttpClientError): Stream.Stream<Uint8Array, Failure> =>
  error.reason === "EmptyBody" ? Stream.empty : Stream.fail(failure.fromClient(error, "body"))

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
