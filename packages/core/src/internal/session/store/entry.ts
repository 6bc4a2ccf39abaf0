import * as Either from "effect/Either"
import * as Schema from "effect/Schema"
import * as SessionId from "../../../SessionId.ts"

/** A leave that one of those who share an entry has, by a token that nobody else knows; times are by the store's clock. */
const Leave = Schema.Struct({ token: Schema.String, until: Schema.Number })

const Session = Schema.Struct({
  id: Schema.String.pipe(Schema.filter((id) => Either.isRight(SessionId.make(id)))),
  openedAt: Schema.Number,
  /** The start of the latest exchange that is known to have succeeded. */
  usedAt: Schema.Number,
  /** Somebody was told that it is accepted no more. */
  dead: Schema.optionalWith(Schema.Boolean, { exact: true })
})

const Login = Schema.Struct({
  token: Schema.String,
  at: Schema.Number,
  begins: Schema.Boolean,
  reached: Schema.Boolean
})

const Refusal = Schema.Struct({
  /** A digest of the credentials. */
  credentials: Schema.String,
  reason: Schema.Literal("BadCredentials", "AccountFrozen", "InvalidApiId"),
  code: Schema.optionalWith(Schema.String, { exact: true }),
  at: Schema.Number
})

const Entry = Schema.Struct({
  session: Schema.optionalWith(Session, { exact: true }),
  /** Leave to log in, and leave to ping. */
  login: Schema.optionalWith(Leave, { exact: true }),
  ping: Schema.optionalWith(Leave, { exact: true }),
  /** The login requests that the budget counts. */
  logins: Schema.Array(Login),
  refused: Schema.Array(Refusal)
})

/** All that those who share the session of one account know of it. */
export type Entry = typeof Entry.Type
export type Leave = typeof Leave.Type
export type Session = typeof Session.Type
export type Refusal = Omit<typeof Refusal.Type, "at">

export const empty: Entry = { logins: [], refused: [] }

const text = Schema.parseJson(Entry)

export const write: (entry: Entry) => string = Schema.encodeSync(text)

/** The entry in a text, where it is one. */
export const read = (written: string): Entry | undefined => Either.getOrUndefined(Schema.decodeEither(text)(written))
