import type { Envelope } from "@effect-clickatell/core/Envelope"
import type { TransportError } from "@effect-clickatell/core/Errors"
import type { Response } from "@effect-clickatell/core/Transport"
import type * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Redacted from "effect/Redacted"
import { Buffer } from "node:buffer"
import type { Dispatcher } from "undici"
import * as Deadline from "../deadline.ts"
import { decompress } from "./decompress.ts"
import type { Failure, Stage } from "../failure.ts"
import * as failure from "../failure.ts"
import * as retryAfter from "../retryAfter.ts"
import * as soapHttp from "../soapHttp.ts"

export interface Settings {
  readonly dispatcher: Dispatcher
  readonly origin: string
  readonly path: string
  readonly deadline: Duration.Duration
  readonly maxBodyBytes: number
}

/** One request and its whole reply within one deadline, without anything between the dispatcher and the caller's fiber. */
export const send =
  (settings: Settings) =>
  (envelope: Envelope): Effect.Effect<Response, TransportError> =>
    Deadline.within(settings.deadline, envelope, (done, clock) => exchange(settings, envelope, clock, done))

const exchange = (
  settings: Settings,
  envelope: Envelope,
  clock: Clock.Clock,
  done: (exit: Exit.Exit<Response, Failure>) => void
): Deadline.Running => {
  const { dispatcher, maxBodyBytes } = settings
  let stage: Stage = "connect"
  let over = false
  let controller: Dispatcher.DispatchController | undefined
  let head: Head = { status: 0, headers: {} }
  const chunks: Array<Buffer> = []
  let size = 0

  const end = (exit: Exit.Exit<Response, Failure>): void => {
    if (over) return
    over = true
    done(exit)
  }
  const abort = (): void => {
    over = true
    controller?.abort(aborted)
  }
  const refuse = (failure: Failure): void => {
    end(Exit.fail(failure))
    abort()
  }
  const fail = (error: unknown): void => end(Exit.fail(failure.fromCause(error, stage)))

  const handler: Dispatcher.DispatchHandler = {
    // Comes when there is a connection, and before anything is written to it.
    onRequestStart: (started) => {
      controller = started
      if (over) return abort()
      stage = "headers"
    },
    onResponseStart: (_, status, headers) => {
      if (over || isProvisional(status)) return
      stage = "body"
      head = { status, headers }
      const refused = soapHttp.refusal(status)
      if (refused !== undefined) refuse(refused)
    },
    onResponseData: (_, chunk) => {
      if (over) return
      chunks.push(chunk)
      size += chunk.length
      if (size > maxBodyBytes) refuse(soapHttp.tooLarge(head.status))
    },
    onResponseEnd: () => end(response(head, chunks, maxBodyBytes, clock)),
    onResponseError: (_, error) => fail(error)
  }
  try {
    dispatcher.dispatch(request(settings, envelope), handler)
  } catch (error) {
    // undici tells its own errors to the handler; an interceptor of the host's may throw.
    fail(error)
  }
  return { stage: () => stage, abort }
}

const request = ({ origin, path }: Settings, envelope: Envelope): Dispatcher.DispatchOptions => ({
  origin,
  path,
  method: "POST",
  headers: soapHttp.requestHeaders(envelope),
  body: Buffer.from(Redacted.value(envelope.xml)),
  // There is one deadline, and it is not undici's.
  headersTimeout: 0,
  bodyTimeout: 0
})

// undici has read on to the next head by itself; a status below 100 is none.
const isProvisional = (status: number): boolean => status >= 100 && status < 200

interface Head {
  readonly status: number
  readonly headers: Readonly<Record<string, string | Array<string> | undefined>>
}

const aborted = new Error("the exchange is over")

const response = (
  { headers, status }: Head,
  chunks: ReadonlyArray<Buffer>,
  maxBytes: number,
  clock: Clock.Clock
): Exit.Exit<Response, Failure> => {
  try {
    const [first = Buffer.alloc(0), ...rest] = chunks
    return Exit.succeed({
      status,
      retryAfter: retryAfter.parse(text(headers["retry-after"]), clock.unsafeCurrentTimeMillis()),
      body: decompress(rest.length === 0 ? first : Buffer.concat(chunks), text(headers["content-encoding"]), maxBytes)
    })
  } catch (error) {
    const told = failure.fromCause(error, "body")
    return Exit.fail(told.reason === "BodyTooLarge" ? soapHttp.tooLarge(status) : told)
  }
}

// A header that came more than once means what its values mean in one line (RFC 9110 §5.3).
const text = (header: string | Array<string> | undefined): string =>
  Array.isArray(header) ? header.join(", ") : (header ?? "")
