/**
 * A look at the XML that goes out and comes back, with every secret masked.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import * as Envelope from "./Envelope.ts"
import type { TransportError } from "./Errors.ts"
import { Transport } from "./Transport.ts"

/**
 * One request and what became of it; `id` counts the exchanges of a transport, so that parallel ones can be told apart.
 *
 * @since 0.1.0
 * @category models
 */
export interface Exchange {
  readonly id: number
  readonly operation: string
  readonly request: string
  readonly outcome: Either.Either<{ readonly status: number; readonly body: string }, TransportError>
}

/**
 * Shows each exchange of the transport beneath to a hook, in the background: one that fails, dies or takes over
 * 5 seconds is given up with a warning, and no call waits for it.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = <E, R>(
  hook: (exchange: Exchange) => Effect.Effect<void, E, R>
): Layer.Layer<Transport, never, Transport | R> =>
  Layer.scoped(
    Transport,
    Effect.gen(function* () {
      const transport = yield* Transport
      const scope = yield* Effect.scope
      const context = yield* Effect.context<R>()
      const show = (exchange: Exchange) => Effect.forkIn(Effect.provide(bounded(hook, exchange), context), scope)
      let exchanges = 0
      return {
        ...transport,
        send: (envelope) =>
          Effect.suspend(() => {
            const { masked: request, operation } = envelope
            const shown = { id: ++exchanges, operation, request }
            return Effect.tapBoth(transport.send(envelope), {
              onFailure: (error) => show({ ...shown, outcome: Either.left(error) }),
              onSuccess: ({ body, status }) =>
                show({ ...shown, outcome: Either.right({ status, body: Envelope.mask(envelope, text(body)) }) })
            })
          })
      }
    })
  )

const text = (body: Uint8Array): string => new TextDecoder().decode(body)

const bounded = <E, R>(hook: (exchange: Exchange) => Effect.Effect<void, E, R>, exchange: Exchange) =>
  Effect.suspend(() => hook(exchange)).pipe(
    Effect.timeout("5 seconds"),
    // The cause is the hook's own and may quote what it was shown.
    Effect.catchAllCause(() =>
      Effect.logWarning(`the hook failed for exchange ${exchange.id} (${exchange.operation})`).pipe(
        Effect.annotateLogs({ package: "@effect-clickatell/core", module: "Tap" })
      )
    )
  )
