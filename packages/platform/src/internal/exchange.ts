import type * as HttpClient from "@effect/platform/HttpClient"
import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import type * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import type * as HttpClientError from "@effect/platform/HttpClientError"
import type { Envelope } from "@effect-clickatell/core/Envelope"
import type { TransportError } from "@effect-clickatell/core/Errors"
import type { Response } from "@effect-clickatell/core/Transport"
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type * as Fiber from "effect/Fiber"
import * as FiberId from "effect/FiberId"
import * as Redacted from "effect/Redacted"
import * as Runtime from "effect/Runtime"
import * as Stream from "effect/Stream"
import * as Body from "./body.ts"
import * as Deadline from "./deadline.ts"
import type { Failure, Stage } from "./failure.ts"
import * as failure from "./failure.ts"
import { isHiddenRedirect } from "./pull.ts"
import * as retryAfter from "./retryAfter.ts"
import * as soapHttp from "./soapHttp.ts"

export interface Settings {
  readonly client: HttpClient.HttpClient
  readonly href: string
  readonly deadline: Duration.Duration
  readonly maxBodyBytes: number
}

/** One request and its whole reply within one deadline, after which the socket is closed whatever the client is doing. */
export const send =
  (settings: Settings) =>
  (envelope: Envelope): Effect.Effect<Response, TransportError> =>
    Deadline.within(settings.deadline, envelope, (done, _, runtime) => {
      const running = new Running()
      // A fiber of its own, since the client may neither be quick to let go nor the caller be open to interruption.
      // It ends with its outcome as its value: one that fails would be logged, with whatever the client's defect quotes.
      const fiber = Runtime.runFork(
        runtime,
        Effect.exit(Effect.interruptible(exchange(settings, envelope, () => running.receive())))
      )
      running.fiber = fiber
      fiber.addObserver((ended) => done(Exit.flatten(ended)))
      return running
    })

/** An exchange in a fiber; a class for what `UndiciTransport` says of its own. */
class Running implements Deadline.Running {
  stage: Stage = "headers"
  fiber: Fiber.RuntimeFiber<unknown> | undefined

  /** The head of the reply is here. */
  receive(): void {
    this.stage = "body"
  }

  abort(): void {
    this.fiber?.unsafeInterruptAsFork(FiberId.none)
  }
}

const exchange = Effect.fnUntraced(function* (
  { client, href, maxBodyBytes }: Settings,
  envelope: Envelope,
  onHeaders: () => void
): Effect.fn.Return<Response, Failure> {
  const made = yield* Effect.try({ try: () => request(href, envelope), catch: () => failure.notSent("Connect") })
  const response = yield* client.execute(made).pipe(
    Effect.catchIf(isStatusOnly, (error) => Effect.succeed(error.response)),
    Effect.mapError((error) => failure.fromClient(error, "headers"))
  )
  onHeaders()
  const { headers, status } = response
  const refused = isHiddenRedirect(response) ? soapHttp.hiddenRedirect : soapHttp.refusal(status)
  if (refused !== undefined) return yield* Effect.zipRight(release(response), Effect.fail(refused))
  const now = yield* Clock.currentTimeMillis
  const body = yield* Body.read(response, { headers, status, maxBytes: maxBodyBytes })
  return { status, retryAfter: retryAfter.parse(headers["retry-after"], now), body }
})

const request = (href: string, envelope: Envelope): HttpClientRequest.HttpClientRequest =>
  HttpClientRequest.post(href).pipe(
    // Without a text type, which comes as a header of its own: a request shows a body of text to whoever prints it.
    HttpClientRequest.setBody(HttpBody.uint8Array(new TextEncoder().encode(Redacted.value(envelope.xml)))),
    HttpClientRequest.setHeaders(soapHttp.requestHeaders(envelope))
  )

// A host's client may call a status an error, but a SOAP body wins over the status.
const isStatusOnly = (error: HttpClientError.HttpClientError): error is HttpClientError.ResponseError =>
  error._tag === "ResponseError" && error.reason === "StatusCode"

/** Lets go of a response that is not read: to interrupt its reader is what makes every client close the socket. */
const release = (response: HttpClientResponse.HttpClientResponse): Effect.Effect<void> =>
  Effect.raceFirst(Effect.ignore(Stream.runDrain(response.stream)), Effect.yieldNow())
