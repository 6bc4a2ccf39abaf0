import * as Either from "effect/Either"
import * as Credentials from "../Credentials.ts"
import { AuthFailed } from "../Errors.ts"
import * as secret from "./secret.ts"

/** Checks credentials where they are used: to the type checker, a copy with another password is the same as what was checked. */
export const check = (given: Credentials.Credentials): Either.Either<Credentials.Credentials, AuthFailed> =>
  Either.mapLeft(
    Credentials.make(given),
    (error) => new AuthFailed({ operation: "auth", reason: "CredentialsUnavailable", problem: secret.explain(error) })
  )
