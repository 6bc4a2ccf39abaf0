import * as Effect from "effect/Effect"
import type { ExchangeError } from "../../Errors.ts"
import { Ping } from "../../Ping.ts"
import * as exchange from "../exchange.ts"
import * as telemetry from "../telemetry.ts"
import * as call from "./call.ts"
import type { Engine } from "./engine.ts"
import { isRefusal } from "./machine/refusal.ts"
import type { Lease } from "./machine/state.ts"
import type { Kind } from "./flights.ts"
import * as flights from "./flights.ts"
import type { Failure, PingOutcome } from "./outcome.ts"
import { over, stale } from "./outcome.ts"
import * as retries from "./retries.ts"

/** Pings with their logins, retries and replays, by epoch; after a reset there is another to wait for. */
const pings: Kind<PingOutcome, ExchangeError> = {
  reset: Effect.succeed("moved"),
  closed: Effect.fail(over.error),
  deserted: Effect.succeed("moved")
}

/** Single ping requests, by generation. */
const requests: Kind<void, Failure<ExchangeError>> = { reset: Effect.fail(stale), closed: Effect.fail(over) }

/** Waits for a ping with its login, retries and replay, which is shared by every caller who asks for one. */
export const join = (engine: Engine): Effect.Effect<void, ExchangeError> =>
  Effect.flatMap(board(engine), (outcome) => (outcome === "moved" ? join(engine) : Effect.void))

const board = (engine: Engine): Effect.Effect<PingOutcome, ExchangeError> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => {
      const { epoch } = engine.state
      const flight =
        flights.find(engine, pings, epoch) ??
        flights.launch(engine, pings, {
          key: epoch,
          fork: engine.shared.start,
          run: () => Effect.as(ping(engine), "pinged" as const)
        })
      return telemetry.linkTo(() => engine.pingSpan, flight.wait(restore))
    })
  )

const ping = (engine: Engine): Effect.Effect<void, ExchangeError> =>
  call.run(
    engine,
    "ping",
    (lease) => request(engine, lease),
    () => retries.make(engine, "ping", engine.shared.policies.idempotent, retries.ofCall)
  )

/** Pings the session that there is, once. */
export const check = (engine: Engine): Effect.Effect<void, ExchangeError> =>
  Effect.flatMap(engine.step({ _tag: "Check", operation: "ping" }), (order) => {
    if (order._tag !== "Use") return order._tag === "Fail" ? Effect.fail(order.error) : Effect.void
    return Effect.catchAll(request(engine, order.lease), ({ error, verdict }) =>
      verdict === "Stale" ? check(engine) : Effect.fail(error)
    )
  })

/** One ping request, shared by everybody who wants this session pinged while it is under way. */
const request = (engine: Engine, lease: Lease): Effect.Effect<void, Failure<ExchangeError>> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => (flights.find(engine, requests, lease.generation) ?? launch(engine, lease)).wait(restore))
  )

const launch = (engine: Engine, lease: Lease) => {
  engine.pingSpan = undefined
  return flights.launch(engine, requests, {
    key: lease.generation,
    fork: engine.shared.start,
    run: () => send(engine, lease)
  })
}

const send = (engine: Engine, lease: Lease): Effect.Effect<void, Failure<ExchangeError>> =>
  call.whileCurrent(engine, lease, (start) => {
    const { shared } = engine
    const noteSpan = telemetry.noteSpan((span) => {
      engine.pingSpan = span
    })
    const reply = Effect.zipRight(noteSpan, exchange.send(shared.transport, Ping, [], lease.id))
    return telemetry.operation("ping", reply, { root: true }).pipe(
      Effect.zipRight(engine.step({ _tag: "Accepted", lease, start, by: "ping" })),
      Effect.asVoid,
      Effect.catchAll((error) =>
        Effect.zipRight(
          engine.step({ _tag: "Failed", lease, error, by: "ping" }),
          Effect.fail<Failure<ExchangeError>>({ error, verdict: isRefusal(error) ? "Refused" : "Failed" })
        )
      )
    )
  })
