import * as Effect from "effect/Effect"
import { constVoid } from "effect/Function"
import type * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"

/** Pings on so many lines at once, on each of them again and again while there shall be more. */
export type Client = (lines: number, more: () => boolean) => Promise<void>

/** What each module of this folder exports: a client of the service at this address, which may need the contract's file. */
export type Connect = (url: string, wsdl: string) => Client | Promise<Client>

/** A client of promises. */
export const fromPromise =
  (ping: () => Promise<unknown>): Client =>
  async (lines, more) => {
    const line = async () => {
      while (more()) await ping()
    }
    await Promise.all(Array.from({ length: lines }, line))
  }

/** A client of effects, whose lines are fibers of one runtime. */
export const fromEffect = <E, R, E2>(ping: Effect.Effect<unknown, E, R>, layer: Layer.Layer<R, E2>): Client => {
  const runtime = ManagedRuntime.make(layer)
  return (lines, more) => {
    const line = Effect.whileLoop({ while: more, body: () => ping, step: constVoid })
    return runtime.runPromise(
      Effect.all(
        Array.from({ length: lines }, () => line),
        { concurrency: "unbounded", discard: true }
      )
    )
  }
}
