import type { ExchangeError } from "@effect-clickatell/core/Errors"
import { TransportError } from "@effect-clickatell/core/Errors"
import type * as ConfigError from "effect/ConfigError"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"

/** What is looked at, in this order. */
export type Check = "configuration" | "dns" | "tls" | "soap" | "clock" | "credentials" | "login"

/** What there is to say of a check. */
export interface Finding {
  readonly check: Check
  readonly status: "ok" | "warning" | "failed" | "skipped"
  readonly message: string
}

/** What a check gives to the next ones where nothing is wrong. */
export interface Sound<A> {
  readonly value: A
  readonly message: string
  readonly warnings?: ReadonlyArray<string>
}

/** Something wrong and what to do about it; `error` is what a program would meet there. */
export class Wrong extends Data.TaggedError("Wrong")<{
  readonly message: string
  readonly error: ExchangeError | ConfigError.ConfigError
}> {}

/** Something wrong on the way to the service, before anything is sent. */
export const wrongWay = (reason: TransportError["reason"], message: string): Wrong =>
  new Wrong({
    message,
    error: new TransportError({ operation: "doctor", reason, phase: "connect", mayHaveReached: false })
  })

/** What was wrong first. */
export interface Diagnosis {
  readonly check: Check
  readonly wrong: Wrong
}

/** A row of checks, each of which is told. */
export interface Examination {
  /** Gives what a check found, and nothing if that was wrong. */
  readonly look: <A, R>(
    check: Check,
    found: Effect.Effect<Sound<A>, Wrong, R>
  ) => Effect.Effect<Option.Option<A>, never, R>
  readonly skip: (check: Check, why: string) => Effect.Effect<Option.Option<never>>
  readonly diagnosis: Effect.Effect<Option.Option<Diagnosis>>
}

/** Begins a row of checks, of which nothing is known yet. */
export const begin = (tell: (finding: Finding) => Effect.Effect<void>): Effect.Effect<Examination> =>
  Effect.map(Ref.make(Option.none<Diagnosis>()), (first): Examination => ({
    look: (check, found) =>
      Effect.matchEffect(found, {
        onFailure: (wrong) =>
          Ref.update(
            first,
            Option.orElseSome(() => ({ check, wrong }))
          ).pipe(Effect.zipRight(tell({ check, status: "failed", message: wrong.message })), Effect.as(Option.none())),
        onSuccess: ({ message, value, warnings = [] }) =>
          tell({ check, status: "ok", message }).pipe(
            Effect.zipRight(Effect.forEach(warnings, (message) => tell({ check, status: "warning", message }))),
            Effect.as(Option.some(value))
          )
      }),
    skip: (check, message) => Effect.as(tell({ check, status: "skipped", message }), Option.none()),
    diagnosis: Ref.get(first)
  }))
