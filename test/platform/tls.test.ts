import { assert, describe, it } from "@effect/vitest"
import type { TransportError } from "@effect-clickatell/core/Errors"
import * as Effect from "effect/Effect"
import * as Fault from "./faultServer.ts"
import { clientNames, clients, failure, send, text, withTls } from "./harness.ts"

const assertTls = (error: TransportError): void => {
  const { mayHaveReached, phase, reason } = error
  assert.deepStrictEqual([reason, phase, mayHaveReached], ["Tls", "connect", false])
}

describe.each(clientNames)("TLS, with %s", (name) => {
  const refusals: ReadonlyArray<readonly [string, Fault.Certificate, trusted: boolean]> = [
    ["signed by itself", "valid", false],
    ["expired", "expired", true],
    ["for another host", "other-host", true]
  ]
  for (const [title, certificate, trusted] of refusals) {
    it.scoped(`refuses a certificate ${title}`, () =>
      Effect.gen(function* () {
        const server = yield* Fault.one(Fault.reply("<ok/>"), certificate)
        const client = trusted ? withTls(name, { ca: Fault.readCertificate(certificate) }) : clients[name]
        assertTls(yield* failure(send(client, { endpoint: server.url })))
        yield* server.closed
        assert.deepStrictEqual(server.requests, [])
      })
    )
  }

  it.scoped("takes a certificate that the host's client trusts", () =>
    Effect.gen(function* () {
      const server = yield* Fault.one(Fault.reply("<ok/>"), "valid")
      const client = withTls(name, { ca: Fault.readCertificate("valid") })
      assert.strictEqual(text(yield* send(client, { endpoint: server.url })), "<ok/>")
    })
  )

  it.scoped("shows the certificate of the host's client", () =>
    Effect.gen(function* () {
      const server = yield* Fault.make({
        behaviours: [Fault.reply("<ok/>")],
        certificate: "valid",
        requestClientCertificate: true
      })
      const client = withTls(name, { ca: Fault.readCertificate("valid"), ...Fault.keyPair("valid") })
      assert.strictEqual(text(yield* send(client, { endpoint: server.url })), "<ok/>")
    })
  )

  it.scoped("fails where the server wants a certificate and none is shown", () =>
    Effect.gen(function* () {
      const server = yield* Fault.make({
        behaviours: [Fault.reply("<ok/>")],
        certificate: "valid",
        requestClientCertificate: true
      })
      const error = yield* failure(
        send(withTls(name, { ca: Fault.readCertificate("valid") }), { endpoint: server.url })
      )
      // In TLS 1.3 the server refuses after its side of the handshake, and undici tells only that the connection is gone.
      if (name === "node:http") assertTls(error)
      else assert.deepStrictEqual([error.reason, error.phase, error.mayHaveReached], ["Reset", "headers", true])
      assert.deepStrictEqual(server.requests, [])
    })
  )

  it.scoped("fails where the server speaks plain HTTP", () =>
    Effect.gen(function* () {
      const endpoint = yield* Fault.plain
      assertTls(yield* failure(send(clients[name], { endpoint })))
    })
  )
})
