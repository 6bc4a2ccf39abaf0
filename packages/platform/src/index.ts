/**
 * The addresses at which Clickatell documented its SOAP services, with https in place of its http.
 *
 * A transport that is given one of them, over either, speaks its style unless another is set.
 *
 * @since 0.1.0
 */
export * as Endpoint from "./Endpoint.ts"

/**
 * The way to the service over HTTP, on whatever `HttpClient` the host provides: proxy, TLS and pool are that layer's.
 *
 * @since 0.1.0
 */
export * as HttpTransport from "./HttpTransport.ts"

/**
 * A session store on the `KeyValueStore` of `@effect/platform`: a program that restarts goes on with the session that it had.
 *
 * It is for one process at a time, since a `KeyValueStore` cannot replace a value under a condition; a fleet needs one that can.
 *
 * @since 0.1.0
 */
export * as KeyValueSessionStore from "./KeyValueSessionStore.ts"
