import * as Effect from "effect/Effect"
import type { ExchangeError } from "../../Errors.ts"
import { Ping } from "../../Ping.ts"
import * as exchange from "../exchange.ts"
import * as telemetry from "../telemetry.ts"
import * as call from "./call.ts"
import type { Engine } from "./engine.ts"
import { isRefusal } from "./machine/refusal.ts"
import type { Lease } from "./machine/state.ts"
import type { Failure, PingOutcome } from "./outcome.ts"
import * as retries from "./retries.ts"

/** Waits for a ping with its login, retries and replay, which is shared by every caller who asks for one. */
export const join = (engine: Engine): Effect.Effect<void, ExchangeError> =>
  Effect.flatMap(board(engine), (outcome) => (outcome === "moved" ? join(engine) : Effect.void))

const board = (engine: Engine): Effect.Effect<PingOutcome, ExchangeError> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => {
      const { cell, pingRequests, pings } = engine
      const { epoch } = cell.state()
      const flight = pings.find(epoch) ?? pings.launch(epoch, () => Effect.as(ping(engine), "pinged" as const))
      return telemetry.linkTo(() => pingRequests.span, pings.wait(flight, restore))
    })
  )

const ping = (engine: Engine): Effect.Effect<void, ExchangeError> =>
  call.run(
    engine,
    "ping",
    (lease) => request(engine, lease),
    () => retries.make(engine.cell, "ping", engine.policies.idempotent, retries.ofCall)
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
  call.whileCurrent(engine, lease, (start) => {
    const { cell, pingRequests, transport } = engine
    const reply = Effect.zipRight(pingRequests.noteSpan, exchange.send(transport, Ping, lease.id))
    return telemetry.operation("ping", reply, { root: true }).pipe(
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
