import * as Printable from "@effect-clickatell/core/Printable"
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Ref from "effect/Ref"
import { sessionOf } from "./admission.ts"
import type { Commands } from "./commands.ts"
import * as exchange from "./exchange.ts"
import type { Log } from "./log.ts"
import { cut } from "./log.ts"
import type { Occasion } from "./operation.ts"
import * as soap from "./soap.ts"

/** Deals with the bytes of one request, and writes it into the log when it comes and when it is over. */
export const serve = (
  state: Ref.Ref<exchange.State>,
  log: Log,
  commands: Commands,
  ids: Omit<Occasion, "now">
): ((bytes: Uint8Array) => Effect.Effect<exchange.Answer>) =>
  Effect.fnUntraced(function* (bytes) {
    const read = soap.read(bytes)
    const { operation } = Either.merge(read)
    const parameters = exchange.parametersOf(read)
    const at = yield* Clock.currentTimeMillis
    const drawn = yield* Ref.modify(state, exchange.draw(operation, at))
    const session = sessionOf((yield* Ref.get(state)).service, parameters)
    const line = log.add({ at, operation, session, outcome: "waiting" })
    const fault =
      typeof drawn === "function"
        ? yield* drawn({ operation, session, parameters, xml: new TextDecoder().decode(bytes) })
        : drawn
    const now = yield* Clock.currentTimeMillis
    const handled = (yield* Ref.modify(state, exchange.handle(read, fault, commands, { now, ...ids })))()
    const entry = cut({ at, operation, session: handled.session, outcome: handled.outcome })
    log.replace(line, entry)
    const told = `${operation === "" ? "unreadable" : entry.operation}: ${entry.outcome}`
    yield* Effect.logDebug(Printable.escape(told)).pipe(Effect.annotateLogs("session", entry.session))
    if (Duration.greaterThan(handled.delay, Duration.zero)) yield* Effect.sleep(handled.delay)
    return handled.answer
  })
