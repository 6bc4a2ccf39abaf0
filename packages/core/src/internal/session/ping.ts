import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import type { ExchangeError } from "../../Errors.ts"
import { Ping } from "../../Ping.ts"
import * as exchange from "../exchange.ts"
import * as telemetry from "../telemetry.ts"
import * as call from "./call.ts"
import type { Engine } from "./engine.ts"
import { isRefusal } from "./machine/refusal.ts"
import type { Lease } from "./machine/state.ts"
import type { Flight, Kind } from "./flights.ts"
import * as flights from "./flights.ts"
import type { Failure, PingOutcome } from "./outcome.ts"
import { fail, over, stale } from "./outcome.ts"
import * as retries from "./retries.ts"
import * as waiting from "../waiting.ts"

/** Pings with their logins, retries and replays, by epoch; after a reset there is another to wait for. */
const pings: Kind<PingOutcome, ExchangeError> = {
  reset: Exit.succeed("moved"),
  closed: Exit.fail(over.error),
  deserted: Exit.succeed("moved")
}

/** Single ping requests, by generation. */
const requests: Kind<PingOutcome, Failure<ExchangeError>> = { reset: Exit.fail(stale), closed: Exit.fail(over) }

/** Waits for a ping with its login, retries and replay, which is shared by every caller who asks for one. */
export const join = (engine: Engine): Effect.Effect<void, ExchangeError> =>
  Effect.flatMap(board(engine), (outcome) => (outcome === "moved" ? join(engine) : Effect.void))

const board = (engine: Engine): Effect.Effect<PingOutcome, ExchangeError> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.suspend(() => {
      const flight = flights.find(engine, pings, engine.state.epoch) ?? begin(engine)
      return telemetry.linkTo(() => engine.pingSpan, flight.wait(restore))
    })
  )

// Where there is a session, most pings are one request and no more.
const begin = (engine: Engine) => {
  const lease = engine.lease()
  const first = lease === undefined ? undefined : requestOf(engine, lease)
  return flights.launch(engine, pings, {
    key: engine.state.epoch,
    fork: engine.shared.start,
    first,
    run: () => ping(engine, first)
  })
}

const ping = (engine: Engine, first: Request | undefined): Effect.Effect<PingOutcome, ExchangeError> => {
  let joined = first
  return call.run(
    engine,
    "ping",
    (lease) => {
      const flight = joined
      joined = undefined
      return request(engine, lease, flight)
    },
    () => retries.make(engine, "ping", engine.shared.policies.idempotent, retries.ofCall)
  )
}

/** Pings the session that there is, once. */
export const check = (engine: Engine): Effect.Effect<void, ExchangeError> =>
  Effect.flatMap(engine.step({ _tag: "Check", operation: "ping" }), (order) => {
    if (order._tag !== "Use") return order._tag === "Fail" ? Effect.fail(order.error) : Effect.void
    return waiting.match(
      request(engine, order.lease),
      ({ error, verdict }) => (verdict === "Stale" ? check(engine) : Effect.fail(error)),
      () => Effect.void
    )
  })

type Request = Flight<PingOutcome, Failure<ExchangeError>>

/** Waits for one ping request, shared by everybody who wants this session pinged while it is under way. */
const request = (engine: Engine, lease: Lease, joined?: Request): Effect.Effect<PingOutcome, Failure<ExchangeError>> =>
  Effect.uninterruptibleMask((restore) => Effect.suspend(() => (joined ?? requestOf(engine, lease)).wait(restore)))

const requestOf = (engine: Engine, lease: Lease): Request =>
  flights.find(engine, requests, lease.generation) ?? launch(engine, lease)

const launch = (engine: Engine, lease: Lease): Request => {
  engine.pingSpan = undefined
  return flights.launch(engine, requests, {
    key: lease.generation,
    fork: engine.shared.start,
    run: () => send(engine, lease)
  })
}

const send = (engine: Engine, lease: Lease): Effect.Effect<PingOutcome, Failure<ExchangeError>> =>
  call.whileCurrent(engine, lease, (start) => {
    const { shared } = engine
    const noteSpan = telemetry.noteSpan((span) => {
      engine.pingSpan = span
    })
    const reply = Effect.zipRight(noteSpan, exchange.send(shared.transport, Ping, [], lease.id))
    return waiting.match(
      telemetry.operation("ping", reply, { root: true }),
      (error) =>
        Effect.zipRight(
          engine.step({ _tag: "Failed", lease, error, by: "ping" }),
          fail(error, isRefusal(error) ? "Refused" : "Failed")
        ),
      () => Effect.as(engine.step({ _tag: "Accepted", lease, start, by: "ping" }), "pinged")
    )
  })
