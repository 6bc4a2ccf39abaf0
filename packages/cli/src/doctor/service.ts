import * as HttpClient from "@effect/platform/HttpClient"
import { Transport } from "@effect-clickatell/core/Transport"
import * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import * as Context from "effect/Context"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Ref from "effect/Ref"
import type * as Scope from "effect/Scope"
import * as connection from "../connection.ts"
import * as environment from "../environment.ts"
import * as output from "../output.ts"
import type { Sound } from "./finding.ts"
import { Wrong } from "./finding.ts"
import * as gmt from "./gmt.ts"

/** The service as it is configured. */
export interface Service {
  readonly url: URL
  readonly transport: Transport["Type"]
  /** By how many milliseconds the clock here was ahead of the service's, when that last told the time. */
  readonly ahead: Effect.Effect<Option.Option<number>>
}

/** Checks the flags and the environment. */
export const configured = (flags: connection.Flags): Effect.Effect<Sound<Service>, Wrong, Scope.Scope> =>
  Effect.gen(function* () {
    const settings = yield* connection.settings(flags)
    const ahead = yield* Ref.make(Option.none<number>())
    const layer = connection.transport({ ...settings, transformClient: listening(ahead) })
    const transport = Context.get(yield* Layer.build(layer), Transport)
    const url = new URL(settings.endpoint ?? HttpTransport.defaultEndpoint[transport.style])
    return {
      value: { url, transport, ahead: Ref.get(ahead) },
      message: `${url.href}, ${transport.style}, up to ${Duration.format(transport.deadline)} for a request`,
      warnings: url.protocol === "https:" ? yield* environment.remarks : []
    }
  }).pipe(Effect.mapError((error) => new Wrong({ message: output.advice(error), error })))

/** Notes what time the service says it is. */
const listening = (ahead: Ref.Ref<Option.Option<number>>) =>
  HttpClient.tap(({ headers }) =>
    Effect.flatMap(DateTime.now, (here) =>
      Ref.set(
        ahead,
        Option.map(gmt.parse(headers["date"] ?? ""), (there) => DateTime.distance(there, here))
      )
    )
  )
