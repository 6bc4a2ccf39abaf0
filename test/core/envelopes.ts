import type * as Envelope from "@effect-clickatell/core/Envelope"
import type { Transport } from "@effect-clickatell/core/Transport"
import { assert } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { answering } from "./codec.ts"

export const xmlOf = ({ xml }: Envelope.Envelope): string => Redacted.value(xml)
export const styles: ReadonlyArray<Envelope.Style> = ["document-literal", "rpc-encoded"]
export const parameter = (
  name: string,
  value: Envelope.Parameter["value"],
  type: Envelope.Parameter["type"] = "xsd:string"
) => ({
  name,
  type,
  value
})

/** The envelope that a call sends. */
export const sent = <A, E>(call: Effect.Effect<A, E, Transport>) =>
  Effect.gen(function* () {
    const sent: Array<Envelope.Envelope> = []
    yield* Effect.ignore(Effect.provide(call, answering("", { sent })))
    return sent.length === 1 && sent[0] !== undefined ? sent[0] : assert.fail(`${sent.length} were sent`)
  })
