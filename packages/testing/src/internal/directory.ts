import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import type { Amount } from "./amount.ts"

/** A text that may be a secret. */
export type Text = string | Redacted.Redacted<string>

/** Which account: its API id and its user's name, as they came. */
export interface Named {
  readonly apiId: string
  readonly user: string
}

/** The password of an account, or `undefined` where there is no such account. */
export type PasswordOf = (named: Named) => Text | undefined

/** An account with its password, and with a balance of its own where it has one. */
export interface Listed extends Readonly<Record<"apiId" | "user" | "password", Text>> {
  readonly balance?: Amount | undefined
}

/** The password of an account, undefined where any will do, or the code with which a stranger is refused. */
export type Directory = (named: Named) => Either.Either<string | undefined, "001" | "108">

/** Who has an account here. */
export const make = (accounts: ReadonlyArray<Listed> | PasswordOf | "any"): Directory => {
  if (accounts === "any") return () => Either.right(undefined)
  return typeof accounts === "function" ? asking(accounts) : listing(accounts)
}

const asking =
  (passwordOf: PasswordOf): Directory =>
  (named) => {
    const password = passwordOf(named)
    return password === undefined ? Either.left("001") : Either.right(reveal(password))
  }

const listing = (accounts: ReadonlyArray<Listed>): Directory => {
  const passwords = new Map(accounts.map((it) => [keyOf(it), reveal(it.password)] as const))
  const apiIds = new Set(accounts.map(({ apiId }) => reveal(apiId)))
  return (named) => {
    if (!apiIds.has(named.apiId)) return Either.left("108")
    return Either.fromNullable(passwords.get(keyOf(named)), () => "001")
  }
}

/** What an account goes by inside. */
export const keyOf = ({ apiId, user }: Pick<Listed, "apiId" | "user">): string =>
  JSON.stringify([reveal(apiId), reveal(user)])

/** Whose key it is; the texts are new ones, which keep no request in memory. */
export const nameOf = (key: string): Named => {
  const [apiId = "", user = ""]: ReadonlyArray<string> = JSON.parse(key)
  return { apiId, user }
}

/** A text as it is sent. */
export const reveal = (text: Text): string => (Redacted.isRedacted(text) ? Redacted.value(text) : text)
