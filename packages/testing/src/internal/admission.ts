import * as Either from "effect/Either"
import * as accounts from "./accounts.ts"
import { keyOf } from "./directory.ts"
import type { Parameters } from "./parameters.ts"
import { trimmed } from "./parameters.ts"
import type { Service } from "./service.ts"
import * as sessions from "./sessions.ts"

/** Whose request it is: the key of the account and the ordinal of the session, or 0; the session is renewed. */
interface Admitted {
  readonly service: Service
  readonly account: string
  readonly session: number
}

/** With which code a request is refused, and in whose session it was. */
interface Refused {
  readonly code: string
  readonly session: number
}

/** Says whose request it is. */
export type Admission = (service: Service, parameters: Parameters, now: number) => Either.Either<Admitted, Refused>

/** By the session id, or by the credentials where they are there in its place. */
export const admit: Admission = (service, parameters, now) => {
  const isGiven = (name: string) => (parameters.get(name) ?? "") !== ""
  return isGiven("session_id") || !["api_id", "user", "password"].some(isGiven)
    ? bySession(service, parameters, now)
    : Either.mapBoth(identify(service, parameters), {
        onLeft: (code) => ({ code, session: 0 }),
        onRight: (account) => ({ service, account, session: 0 })
      })
}

/** By the session id alone. */
export const bySession: Admission = (service, parameters, now) => {
  const id = trimmed(parameters, "session_id")
  const session = sessions.find(service.sessions, id)
  const refused = (code: string) => Either.left({ code, session: session?.ordinal ?? 0 })
  if (service.locked) return refused("007")
  if (id === "") return refused("005")
  if (session === undefined || !sessions.isAlive(service.sessions, session, now)) return refused("001")
  const { account, ordinal } = session
  const { frozen, refusing } = accounts.get(service.accounts, account)
  if (refusing) return refused("001")
  if (frozen) return refused("004")
  // Only an accepted command renews its session.
  const renewed = sessions.renew(service.sessions, session, now)
  return Either.right({ service: { ...service, sessions: renewed }, account, session: ordinal })
}

/** The key of the account that the credentials are of, or the code that refuses them. */
export const identify = (service: Service, parameters: Parameters): Either.Either<string, string> => {
  if (service.locked) return Either.left("007")
  const named = { apiId: trimmed(parameters, "api_id"), user: parameters.get("user") ?? "" }
  return Either.flatMap(service.directory(named), (listed) => {
    const key = keyOf(named)
    const { frozen, password = listed } = accounts.get(service.accounts, key)
    if (password !== undefined && parameters.get("password") !== password) return Either.left("001")
    return frozen ? Either.left("004") : Either.right(key)
  })
}

/** The ordinal of the login that made the request's session id, or 0. */
export const sessionOf = (service: Service, parameters: Parameters): number =>
  sessions.find(service.sessions, trimmed(parameters, "session_id"))?.ordinal ?? 0
