import { assert, describe, it } from "@effect/vitest"
import type { TransportError } from "@effect-clickatell/core/Errors"
import * as UndiciTransport from "@effect-clickatell/platform/UndiciTransport"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientError from "@effect/platform/HttpClientError"
import * as HttpClientResponse from "@effect/platform/HttpClientResponse"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Undici from "undici"
import * as Fault from "./faultServer.ts"
import type { Client } from "./harness.ts"
import { controller, Dispatching, failure, overDispatcher, send } from "./harness.ts"

const coded = (code: string, more: object = {}): Error => Object.assign(new Error(`error ${code}`), { code, ...more })
const around = (cause: unknown): Error => new TypeError("fetch failed", { cause })
const named = (name: string): Error => Object.assign(new Error("no code"), { name })

/** A client that fails with this cause before the head of a reply, and one that fails in the middle of the body. */
const early = (cause: unknown) =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) => Effect.fail(new HttpClientError.RequestError({ request, reason: "Transport", cause })))
  )
const late = (cause: unknown) =>
  Layer.succeed(
    HttpClient.HttpClient,
    HttpClient.make((request) =>
      Effect.sync(() =>
        HttpClientResponse.fromWeb(
          request,
          new Response(new ReadableStream({ start: (controller) => controller.error(cause) }))
        )
      )
    )
  )

/** The same over a dispatcher: before a connection, after the request was written, and in the middle of the body. */
const failing =
  (cause: unknown, stage: "connect" | "headers" | "body"): Client =>
  (options) =>
    UndiciTransport.layer({
      ...options,
      dispatcher: new Dispatching((handler) => {
        const it = controller()
        if (stage !== "connect") handler.onRequestStart?.(it, {})
        if (stage === "body") handler.onResponseStart?.(it, 200, {})
        // Whatever a dispatcher fails with, its types call an error.
        handler.onResponseError?.(it, cause as Error)
      })
    })

const told = ({ mayHaveReached, phase, reason }: TransportError) =>
  `${reason} ${phase} ${mayHaveReached ? "perhaps sent" : "not sent"}`

describe("failures of the client before the head of a reply", () => {
  const table: ReadonlyArray<readonly [cause: unknown, expected: string]> = [
    [coded("ECONNREFUSED"), "Connect connect not sent"],
    [around(coded("ECONNREFUSED", { syscall: "connect" })), "Connect connect not sent"],
    [around(coded("EHOSTUNREACH", { syscall: "connect" })), "Connect connect not sent"],
    [coded("EHOSTUNREACH", { syscall: "read" }), "Reset headers perhaps sent"],
    [coded("ENETUNREACH"), "Connect connect not sent"],
    [coded("ETIMEDOUT", { syscall: "connect" }), "Connect connect not sent"],
    [coded("EPERM", { syscall: "connect" }), "Connect connect not sent"],
    [coded("UND_ERR_CONNECT_TIMEOUT"), "Connect connect not sent"],
    [
      around(Object.assign(new AggregateError([coded("ETIMEDOUT", { syscall: "connect" })]), { code: "ETIMEDOUT" })),
      "Connect connect not sent"
    ],
    [around(new AggregateError([coded("ECONNREFUSED"), coded("ENETUNREACH")])), "Connect connect not sent"],
    [around(coded("ENOTFOUND", { syscall: "getaddrinfo" })), "Dns connect not sent"],
    [coded("EAI_AGAIN"), "Dns connect not sent"],
    [coded("CERT_HAS_EXPIRED"), "Tls connect not sent"],
    [coded("DEPTH_ZERO_SELF_SIGNED_CERT"), "Tls connect not sent"],
    [coded("SELF_SIGNED_CERT_IN_CHAIN"), "Tls connect not sent"],
    [coded("UNABLE_TO_VERIFY_LEAF_SIGNATURE"), "Tls connect not sent"],
    [coded("ERR_TLS_CERT_ALTNAME_INVALID"), "Tls connect not sent"],
    [coded("EPROTO", { syscall: "write" }), "Tls connect not sent"],
    [coded("ERR_SSL_WRONG_VERSION_NUMBER"), "Tls connect not sent"],
    [coded("ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE"), "Tls connect not sent"],
    [coded("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"), "Tls connect not sent"],
    [coded("ERR_SSL_SSLV3_ALERT_BAD_RECORD_MAC"), "Tls headers perhaps sent"],
    [coded("ECONNRESET"), "Reset headers perhaps sent"],
    [coded("EPIPE"), "Reset headers perhaps sent"],
    [around(coded("UND_ERR_SOCKET")), "Reset headers perhaps sent"],
    [coded("UND_ERR_RES_CONTENT_LENGTH_MISMATCH"), "Reset headers perhaps sent"],
    [coded("HPE_INVALID_CONSTANT"), "Protocol headers perhaps sent"],
    [named("HTTPParserError"), "Protocol headers perhaps sent"],
    [coded("UND_ERR_HEADERS_OVERFLOW"), "Protocol headers perhaps sent"],
    [coded("UND_ERR_HEADERS_TIMEOUT"), "Timeout headers perhaps sent"],
    [coded("ETIMEDOUT", { syscall: "read" }), "Timeout headers perhaps sent"],
    [named("TimeoutError"), "Timeout headers perhaps sent"],
    [new TypeError("Failed to fetch"), "Reset unknown perhaps sent"],
    [around(new Error("bad port")), "Connect connect not sent"],
    [around(new Error("bad port, or so")), "Reset unknown perhaps sent"],
    [around(coded("SOMETHING_NEW")), "Reset unknown perhaps sent"],
    [{ code: 20, name: "AbortError" }, "Reset unknown perhaps sent"],
    ["a string", "Reset unknown perhaps sent"],
    [undefined, "Reset unknown perhaps sent"]
  ]
  it.scoped.each(table.map(([cause, expected]) => ({ cause, expected })))("%o", ({ cause, expected }) =>
    Effect.gen(function* () {
      assert.strictEqual(told(yield* failure(send(early(cause), {}))), expected)
      const [reason] = expected.split(" ")
      assert.strictEqual(
        told(yield* failure(send(failing(cause, "headers"), {}))),
        `${reason === "Connect" ? "Reset" : reason} headers perhaps sent`
      )
    })
  )

  it.scoped("one that a browser keeps to itself is told as unknown, since only the page's console knows of CORS", () =>
    Effect.gen(function* () {
      const { message } = yield* failure(send(early(new TypeError("Failed to fetch")), {}))
      assert.match(message, /^auth: Reset \(unknown\): no reply came, .*\(CORS\)$/)
      assert.notInclude(message, "try again later")
      assert.include((yield* failure(send(early(coded("ECONNRESET")), {}))).message, "try again later")
    })
  )

  it.scoped("a chain of causes that bites its tail", () =>
    Effect.gen(function* () {
      const cause: { cause?: unknown } = {}
      cause.cause = cause
      assert.strictEqual(told(yield* failure(send(early(cause), {}))), "Reset unknown perhaps sent")
    })
  )

  it.scoped("a request that could not be made", () =>
    Effect.gen(function* () {
      for (const reason of ["InvalidUrl", "Encode"] as const) {
        const client = Layer.succeed(
          HttpClient.HttpClient,
          HttpClient.make((request) => Effect.fail(new HttpClientError.RequestError({ request, reason })))
        )
        assert.strictEqual(told(yield* failure(send(client, {}))), "Connect connect not sent")
      }
    })
  )
})

describe("failures of the client in the middle of the body", () => {
  const table: ReadonlyArray<readonly [cause: unknown, expected: string]> = [
    [coded("ENETUNREACH"), "Reset body perhaps sent"],
    [coded("ECONNRESET"), "Reset body perhaps sent"],
    [new TypeError("terminated", { cause: coded("UND_ERR_SOCKET") }), "Reset body perhaps sent"],
    [coded("UND_ERR_BODY_TIMEOUT"), "Timeout body perhaps sent"],
    [coded("UND_ERR_RES_EXCEEDED_MAX_SIZE"), "BodyTooLarge body perhaps sent"],
    [coded("HPE_INVALID_CHUNK_SIZE"), "Protocol body perhaps sent"],
    [new TypeError("terminated", { cause: coded("Z_DATA_ERROR") }), "Protocol body perhaps sent"],
    [coded("ERR__ERROR_FORMAT_PADDING_1"), "Protocol body perhaps sent"],
    [coded("ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC"), "Tls body perhaps sent"],
    [new TypeError("network error"), "Reset body perhaps sent"]
  ]
  it.scoped.each(table.map(([cause, expected]) => ({ cause, expected })))("%o", ({ cause, expected }) =>
    Effect.gen(function* () {
      assert.strictEqual(told(yield* failure(send(late(cause), {}))), expected)
      assert.strictEqual(told(yield* failure(send(failing(cause, "body"), {}))), expected)
    })
  )
})

describe("failures of a dispatcher without a connection", () => {
  const table: ReadonlyArray<readonly [cause: unknown, reason: string]> = [
    [coded("ECONNREFUSED"), "Connect"],
    [coded("ETIMEDOUT", { syscall: "connect" }), "Connect"],
    [coded("ENOTFOUND"), "Dns"],
    [coded("CERT_HAS_EXPIRED"), "Tls"],
    [coded("ECONNRESET"), "Reset"],
    [coded("UND_ERR_SOCKET"), "Reset"],
    [coded("UND_ERR_ABORTED"), "Connect"],
    [new Undici.errors.ClientDestroyedError(), "Connect"],
    ["a string", "Connect"]
  ]
  it.scoped.each(table.map(([cause, reason]) => ({ cause, reason })))("%o", ({ cause, reason }) =>
    Effect.gen(function* () {
      assert.strictEqual(told(yield* failure(send(failing(cause, "connect"), {}))), `${reason} connect not sent`)
    })
  )
})

const impatient = () => new Undici.Agent({ connect: { timeout: 100 } })

describe("a connection that is never made", () => {
  for (const [name, over] of Object.entries(overDispatcher)) {
    it.scopedLive(`is told as such by ${name} if its agent's own limit is the shorter one`, () =>
      Effect.gen(function* () {
        const endpoint = yield* Fault.unanswered
        assert.strictEqual(told(yield* failure(send(over(impatient()), { endpoint }))), "Connect connect not sent")
      })
    )
  }
})
