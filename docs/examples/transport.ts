// The transport on clients that the host configures: an undici pool, agents, limits and deadlines.
import { Endpoint, HttpTransport } from "@effect-clickatell/platform"
import * as UndiciTransport from "@effect-clickatell/platform/UndiciTransport"
import { Emulator, Fault } from "@effect-clickatell/testing"
import { Limit, Ping, SessionId, Transport } from "@effect-clickatell/core"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Duration, Effect, Fiber, Layer, TestClock, TestContext } from "effect"
import * as assert from "node:assert/strict"

// #region undici
const OverUndici = HttpTransport.layer({ timeout: "10 seconds" }).pipe(Layer.provide(NodeHttpClient.layerUndici))
// #endregion

// #region node
const OverNodeHttp = HttpTransport.layer().pipe(
  Layer.provide(NodeHttpClient.layerWithoutAgent),
  Layer.provide(NodeHttpClient.makeAgentLayer({ keepAlive: true }))
)
// #endregion

// #region dispatcher
const OnUndici = UndiciTransport.layer({ timeout: "10 seconds" })
// #endregion

// #region endpoint
const OverRpc = HttpTransport.layerFetch({ endpoint: Endpoint.rpcEncoded })
// #endregion

// #region limit
/** The service takes about 100 messages a second, says its documentation. */
const Limited = Limit.layer({ perSecond: 100, concurrency: 20 }).pipe(Layer.provide(OnUndici))
// #endregion

// #region deadline
const pingInTwoSeconds = (id: SessionId.SessionId) => Ping.ping(id).pipe(Transport.withDeadline("2 seconds"))
// #endregion

export const program = Effect.gen(function* () {
  for (const layer of [OverUndici, OverNodeHttp, OnUndici, OverRpc, Limited]) {
    const { server } = yield* Effect.provide(Transport.Transport, layer)
    assert.deepEqual(server, { address: "api.clickatell.com", port: 443 })
  }
  const { style } = yield* Effect.provide(Transport.Transport, OverRpc)
  assert.equal(style, "rpc-encoded")
  const { deadline } = yield* Effect.provide(Transport.Transport, OverUndici)
  assert.equal(Duration.toSeconds(deadline), 10)

  const emulator = yield* Emulator.Emulator
  yield* emulator.fail(Fault.hang)
  const id = yield* SessionId.make("0".repeat(32))
  const pinging = yield* Effect.fork(Effect.flip(pingInTwoSeconds(id)))
  yield* TestClock.adjust("2 seconds")
  const error = yield* Fiber.join(pinging)
  assert.equal(error._tag === "TransportError" && error.reason, "Timeout")
}).pipe(
  Effect.provide(
    Emulator.layerTransport().pipe(Layer.provideMerge(Emulator.layer()), Layer.provideMerge(TestContext.TestContext))
  )
)
