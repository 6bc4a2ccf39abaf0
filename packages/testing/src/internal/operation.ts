import type { LazyArg } from "effect/Function"
import type { Parameters } from "./parameters.ts"
import type { Service } from "./service.ts"

/** What the `return` says: one record, or several. */
export type Records = string | ReadonlyArray<string>

/** The time of a request, and how new ids are made: of a session from the ordinal of its login. */
export interface Occasion {
  readonly now: number
  readonly sessionId: (login: number) => string
  readonly messageId: () => string
}

/** What is done for an account: what the service is then, and what is answered. */
export type Operation = (service: Service, account: string, parameters: Parameters, occasion: Occasion) => Change

interface Change {
  readonly service: Service
  /** A function is called when the service has become so, since a tester's own may change it once more. */
  readonly records: Records | LazyArg<Records>
}

/** A command carried out: what the service is now, what is answered, and whose session it was. */
interface Result extends Change {
  readonly session: number
}

/** A command that is carried out, whoever sends it. */
export type Command = (service: Service, parameters: Parameters, occasion: Occasion) => Result
