/**
 * The way to the service over HTTP, on whatever `HttpClient` the host provides: proxy, TLS and pool are that layer's.
 *
 * @since 0.1.0
 */
export * as HttpTransport from "./HttpTransport.ts"
