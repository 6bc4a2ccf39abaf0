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
import { Chunks } from "../chunks.ts"
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
    Deadline.within(settings.deadline, envelope, (done, clock) => {
      const exchange = new Exchange(settings, clock, done)
      exchange.start(envelope)
      return exchange
    })

// A class, because V8 learns to allocate literals that outlive a collection among the old objects, where each would keep everything
// of its exchange until the next full collection.
class Exchange implements Deadline.Running, Dispatcher.DispatchHandler {
  private readonly settings: Settings
  private readonly clock: Clock.Clock
  private readonly done: (exit: Exit.Exit<Response, Failure>) => void
  stage: Stage = "connect"
  private over = false
  private controller: Dispatcher.DispatchController | undefined
  private status = 0
  private headers: Headers = {}
  private readonly chunks = new Chunks()

  constructor(settings: Settings, clock: Clock.Clock, done: (exit: Exit.Exit<Response, Failure>) => void) {
    this.settings = settings
    this.clock = clock
    this.done = done
  }

  start(envelope: Envelope): void {
    try {
      this.settings.dispatcher.dispatch(request(this.settings, envelope), this)
    } catch (error) {
      // undici tells its own errors to the handler; an interceptor of the host's may throw.
      this.fail(error)
    }
  }

  abort(): void {
    this.over = true
    this.controller?.abort(aborted)
  }

  /** Comes when there is a connection, and before anything is written to it. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller
    if (this.over) return this.abort()
    this.stage = "headers"
  }

  onResponseStart(_: Dispatcher.DispatchController, status: number, headers: Headers): void {
    if (this.over || isProvisional(status)) return
    this.stage = "body"
    this.status = status
    this.headers = headers
    const refused = soapHttp.refusal(status)
    if (refused !== undefined) this.refuse(refused)
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.over) return
    this.chunks.add(chunk)
    if (this.chunks.size > this.settings.maxBodyBytes) this.refuse(soapHttp.tooLarge(this.status))
  }

  onResponseEnd(): void {
    if (!this.over) this.end(this.read())
  }

  onResponseError(_: Dispatcher.DispatchController | null, error: unknown): void {
    this.fail(error)
  }

  private end(exit: Exit.Exit<Response, Failure>): void {
    if (this.over) return
    this.over = true
    this.done(exit)
  }

  private refuse(failure: Failure): void {
    this.end(Exit.fail(failure))
    this.abort()
  }

  private fail(error: unknown): void {
    this.end(Exit.fail(failure.fromCause(error, this.stage)))
  }

  private read(): Exit.Exit<Response, Failure> {
    const { chunks, clock, headers, settings, status } = this
    try {
      return Exit.succeed({
        status,
        retryAfter: retryAfter.parse(text(headers["retry-after"]), clock.unsafeCurrentTimeMillis()),
        body: decompress(chunks.whole, text(headers["content-encoding"]), settings.maxBodyBytes)
      })
    } catch (error) {
      const told = failure.fromCause(error, "body")
      return Exit.fail(told.reason === "BodyTooLarge" ? soapHttp.tooLarge(status) : told)
    }
  }
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

type Headers = Readonly<Record<string, string | Array<string> | undefined>>

const aborted = new Error("the exchange is over")

// A header that came more than once means what its values mean in one line (RFC 9110 §5.3).
const text = (header: string | Array<string> | undefined): string =>
  Array.isArray(header) ? header.join(", ") : (header ?? "")
