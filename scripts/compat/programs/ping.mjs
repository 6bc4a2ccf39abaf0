// A session over `fetch`, in any runtime that has it: a login, a ping, and what a port where nobody listens is.
import { Credentials, Session } from "@effect-clickatell/core"
import { HttpTransport } from "@effect-clickatell/platform"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"

const pinged = (/** @type {string} */ endpoint) =>
  Effect.flatMap(Session.Session, (session) => Effect.zipRight(session.ping, session.status)).pipe(
    Effect.provide(
      Session.layer({ credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" }) }).pipe(
        Layer.provide(HttpTransport.layerFetch({ endpoint }))
      )
    )
  )

/** Says `passed`, or what was otherwise. */
export const ping = (/** @type {string} */ endpoint, /** @type {string} */ closed) =>
  Effect.runPromise(
    Effect.gen(function* () {
      const { generation, health, state } = yield* pinged(endpoint)
      const { _tag } = yield* Effect.flip(pinged(closed))
      const said = `${state} ${health} ${generation} ${_tag}`
      return said === "Ready Healthy 1 TransportError" ? "passed" : said
    })
  )
