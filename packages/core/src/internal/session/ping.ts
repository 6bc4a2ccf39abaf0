import * as Effect from "effect/Effect"
import type { ExchangeError } from "../../Errors.ts"
import { Ping } from "../../Ping.ts"
import * as exchange from "../exchange.ts"
import * as telemetry from "../telemetry.ts"
import type { Failure } from "./call.ts"
import * as call from "./call.ts"
import type { Engine } from "./engine.ts"
import { isRefusal } from "./machine/refusal.ts"
import type { Lease } from "./machine/state.ts"
import * as retries from "./retries.ts"

/** Waits for a ping with its login, retries and replay, which is shared by every caller who asks for one. */
export const join = (engine: Engine): Effect.Effect<void, ExchangeError> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => {
      const { epoch } = engine.cell.state()
      const flight =
        engine.pings.find(epoch) ??
        engine.pings.launch(epoch, () =>
          call.run(
            engine,
            "ping",
            (lease) => request(engine, lease),
            () => retries.make(engine.cell, "ping", engine.policies.idempotent, retries.ofCall)
          )
        )
      return telemetry.linkTo(() => engine.pingRequests.span, engine.pings.wait(flight, restore))
    })
  )

/** Pings the session that there is, once. */
export const check = (engine: Engine): Effect.Effect<void, ExchangeError> =>
  Effect.flatMap(engine.cell.step({ _tag: "Check", operation: "ping" }), (order) => {
    if (order._tag !== "Use") return order._tag === "Fail" ? Effect.fail(order.error) : Effect.void
    return Effect.catchAll(request(engine, order.lease), ({ error, verdict }) =>
      verdict === "Stale" ? check(engine) : Effect.fail(error)
    )
  })

/** One ping request, shared by everybody who wants this session pinged while it is under way. */
const request = (engine: Engine, lease: Lease): Effect.Effect<void, Failure<ExchangeError>> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => {
      const { pingRequests } = engine
      const flight =
        pingRequests.find(lease.generation) ?? pingRequests.launch(lease.generation, () => send(engine, lease))
      return pingRequests.wait(flight, restore)
    })
  )

const send = (engine: Engine, lease: Lease): Effect.Effect<void, Failure<ExchangeError>> =>
  Effect.flatMap(engine.cell.now, (start) => {
    const { cell, pingRequests, transport } = engine
    const order = cell.apply({ _tag: "Check", operation: "ping" }, start)
    if (order._tag !== "Use" || order.lease.generation !== lease.generation) return Effect.fail(call.stale)
    return Effect.zipRight(pingRequests.noteSpan, exchange.send(transport, Ping, lease.id)).pipe(
      Effect.withSpan("clickatell.session.ping", { root: true, captureStackTrace: false }),
      Effect.zipRight(cell.step({ _tag: "Accepted", lease, start, by: "ping" })),
      Effect.asVoid,
      Effect.catchAll((error) =>
        Effect.zipRight(
          cell.step({ _tag: "Failed", lease, error, by: "ping" }),
          Effect.fail<Failure<ExchangeError>>({ error, verdict: isRefusal(error) ? "Refused" : "Failed" })
        )
      )
    )
  })
