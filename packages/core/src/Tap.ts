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
import * as xmlEncoding from "./internal/soap/xmlEncoding.ts"
import { Transport } from "./Transport.ts"

/**
 * One request and what became of it; `id` counts the exchanges of a transport, so that parallel ones can be told apart.
 *
 * A body is the server's own text, which `Printable.escape` makes fit for a terminal; of one that cannot be decoded only the length
 * is said.
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
 * @example
 * ```ts
 * import { Printable, Tap } from "@effect-clickatell/core"
 * import { HttpTransport } from "@effect-clickatell/platform"
 * import { Console, Either, Layer } from "effect"
 *
 * // Prints what goes out and comes back, every secret masked.
 * export const Shown = Tap.layer(({ id, operation, outcome, request }) => {
 *   const reply = Either.match(outcome, { onLeft: ({ message }) => message, onRight: ({ body }) => body })
 *   return Console.error(`${id} ${operation}\n${Printable.escape(request)}\n${Printable.escape(reply)}`)
 * }).pipe(Layer.provide(HttpTransport.layerFetch()))
 * ```
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
      let exchanges = 0
      return {
        ...transport,
        send: (envelope) =>
          Effect.suspend(() => {
            const id = ++exchanges
            const show = (outcome: () => Exchange["outcome"]) => {
              const { operation } = envelope
              const shown = Effect.suspend(() => hook({ id, operation, request: envelope.masked, outcome: outcome() }))
              return Effect.forkIn(Effect.provide(bounded(shown, `${id} (${operation})`), context), scope)
            }
            return Effect.tapBoth(transport.send(envelope), {
              onFailure: (error) => show(() => Either.left(error)),
              onSuccess: ({ body, status }) =>
                show(() => Either.right({ status, body: read(transport.style, envelope, body) }))
            })
          })
      }
    })
  )

const read = (style: Envelope.Style, envelope: Envelope.Envelope, body: Uint8Array): string => {
  const text = xmlEncoding.decode(body, xmlEncoding.ofStyle[style])
  return text === undefined ? `${body.length} bytes that cannot be decoded` : Envelope.mask(envelope, text)
}

const bounded = <E, R>(shown: Effect.Effect<void, E, R>, exchange: string) =>
  shown.pipe(
    Effect.timeout("5 seconds"),
    // The cause is the hook's own and may quote what it was shown.
    Effect.catchAllCause(() =>
      Effect.logWarning(`the hook failed for exchange ${exchange}`).pipe(
        Effect.annotateLogs({ package: "@effect-clickatell/core", module: "Tap" })
      )
    )
  )
