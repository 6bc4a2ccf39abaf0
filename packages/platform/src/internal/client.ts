import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import type * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import { constTrue } from "effect/Function"
import * as FiberRef from "effect/FiberRef"
import * as Option from "effect/Option"
import * as soapHttp from "./soapHttp.ts"

export interface Options {
  readonly traceHeaders: boolean
  readonly transformClient: (client: HttpClient.HttpClient) => HttpClient.HttpClient
}

/** The host's client, kept from sending secrets on by itself: no followed redirects, and no trace headers unless asked for. */
export const make = (host: HttpClient.HttpClient, options: Options): HttpClient.HttpClient => {
  const client = options.transformClient(lastStep(host))
  return options.traceHeaders
    ? client
    : client.pipe(HttpClient.withTracerPropagation(false), HttpClient.withTracerDisabledWhen(constTrue))
}

/**
 * What is done with each request when everybody else has changed it: a header that HTTP forbids ends it here, in one way.
 *
 * Of the clients of `@effect/platform` only `fetch` follows redirects unasked. It looks for its options in the context of the
 * request, into which the host's layer merges its own, such as a `dispatcher` for a proxy: so they can neither be replaced nor
 * read from outside. A last step before the request runs inside that context and adds to what it finds there.
 */
const lastStep = (host: HttpClient.HttpClient): HttpClient.HttpClient => {
  const prepared = HttpClient.mapRequestEffect(host, (request) =>
    Object.entries(request.headers).every(soapHttp.isHeader)
      ? Effect.as(FiberRef.update(FiberRef.currentContext, withoutRedirects), request)
      : Effect.fail(new HttpClientError.RequestError({ request, reason: "Encode" }))
  )
  // As one opaque step, since transformations of a client run its own last step early, outside of that context. A client that
  // has no context of its own leaves the option in the fiber's, which is the exchange's alone and ends with it.
  return HttpClient.makeWith(
    (request: Effect.Effect<HttpClientRequest.HttpClientRequest>) => Effect.flatMap(request, prepared.execute),
    Effect.succeed
  )
}

const withoutRedirects = (context: Context.Context<never>): Context.Context<never> =>
  Context.add(context, FetchHttpClient.RequestInit, {
    ...Option.getOrUndefined(Context.getOption(context, FetchHttpClient.RequestInit)),
    redirect: "manual"
  })
