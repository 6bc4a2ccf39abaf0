import * as Ping from "@effect-clickatell/core/Ping"
import { Session } from "@effect-clickatell/core/Session"
import type { Transport } from "@effect-clickatell/core/Transport"
import * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Client } from "./client.ts"
import { fromEffect } from "./client.ts"
import { layers } from "./layers.ts"
import * as session from "./session.ts"

const execute = Effect.flatMap(Session, (own) => own.execute(Ping.Ping))

/** `session.execute(Ping)` on a transport. */
export const over = <E>(transport: Layer.Layer<Transport, E>, ping = execute): Client =>
  fromEffect(ping, Layer.provide(session.layer, transport))

/** The same on `HttpTransport`, with bodies of any size that the benchmark has. */
export const ours = (layer: keyof typeof layers, endpoint: string): Client =>
  over(Layer.provide(HttpTransport.layer({ endpoint, maxBodyBytes: 100_000 }), layers[layer]))
