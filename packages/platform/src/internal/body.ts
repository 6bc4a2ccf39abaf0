import type * as Headers from "@effect/platform/Headers"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { Chunks } from "./chunks.ts"
import type { Failure } from "./failure.ts"
import * as failure from "./failure.ts"
import type { Source } from "./pull.ts"
import { pull, sourceOf } from "./pull.ts"
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
  const source = sourceOf(response)
  const whole =
    source === undefined
      ? collect(Stream.catchAll(response.stream, unlessEmpty), head)
      : gather(response, source, head.maxBytes)
  return Effect.flatMap(whole, (body) => {
    if (body.length === 0 && promisesBody(head)) return brokenOff
    // Some clients decompress and leave the header, some do not.
    return soapHttp.isGzip(body) ? collect(gunzip(body), head) : Effect.succeed(body)
  })
}

// A Node stream that broke before it had a reader can look like an empty one; a length says nothing after decompression.
const promisesBody = ({ headers, status }: Head): boolean =>
  Number(headers["content-length"] ?? 0) > 0 && headers["content-encoding"] === undefined && status !== 304

const gather = (response: HttpClientResponse.HttpClientResponse, source: Source, maxBytes: number) =>
  Effect.async<Uint8Array, Failure>((resume) => {
    const chunks = new Chunks()
    const stop = pull(source, {
      chunk: (chunk) => {
        chunks.add(chunk)
        if (chunks.size <= maxBytes) return
        // Names the response, which must not be collected before its end: the client would take that for a wish to abort.
        resume(Effect.fail(soapHttp.tooLarge(response.status)))
        stop()
      },
      end: () => resume(Effect.succeed(chunks.whole)),
      fail: (error) => resume(Effect.fail(failure.fromCause(error, "body")))
    })
    return Effect.sync(stop)
  })

const collect = (stream: Stream.Stream<Uint8Array, Failure>, head: Head) =>
  Effect.suspend(() => {
    const chunks = new Chunks()
    return Stream.runForEach(stream, (chunk) => {
      chunks.add(chunk)
      return chunks.size > head.maxBytes ? tooLarge(head) : Effect.void
    }).pipe(Effect.map(() => chunks.whole))
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
