import { Credentials, Session } from "@effect-clickatell/core"
import { HttpTransport } from "@effect-clickatell/platform"
import { Effect, Layer } from "effect"

const clickatell = (origin: string, user: string, password: string) =>
  Session.layer({ credentials: Credentials.make({ apiId: "123456", user, password }) }).pipe(
    Layer.provide(HttpTransport.layerFetch({ endpoint: `${origin}/clickatell` }))
  )

/** What the button of a form does, with `location.origin` and what was typed. */
export const signIn = (origin: string, user: string, password: string): Promise<string> =>
  Effect.flatMap(Session.Session, (session) => session.open).pipe(
    Effect.as("welcome"),
    Effect.catchAll(({ message }) => Effect.succeed(message)),
    Effect.provide(clickatell(origin, user, password)),
    Effect.runPromise
  )
