/**
 * The accounts of an emulator in a JSON file, for the command line and for containers.
 *
 * @since 0.1.0
 */
import type * as FileSystem from "@effect/platform/FileSystem"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Amount } from "./internal/amount.ts"
import { keyOf } from "./internal/directory.ts"
import * as json from "./internal/json.ts"

// A schema prints what it refuses, which may be a secret with a slip in it.
const said = (expected: string) => ({ message: () => `Expected ${expected}` })

const text = (name: string) =>
  Schema.Redacted(
    Schema.NonEmptyString.annotations({
      message: () => ({ message: `Expected ${name}: a text that is not empty`, override: true })
    })
  )

/**
 * One account: who may log in and with which password, and what there is to pay messages from, if not what all accounts have.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Account = Schema.Struct({
  apiId: text("an API id"),
  user: text("a user"),
  password: text("a password"),
  balance: Schema.optional(Amount)
}).annotations(said("an account: an object with apiId, user and password"))

/**
 * One account, with its secrets redacted.
 *
 * @since 0.1.0
 * @category models
 */
export type Account = typeof Account.Type

/**
 * All accounts of an emulator: at least one, and none twice.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Accounts = Schema.NonEmptyArray(Account)
  .annotations(said("a list of accounts, at least one"))
  .pipe(
    Schema.filter((accounts) => {
      const last = new Map(accounts.map((account, at) => [keyOf(account), at]))
      const twice = accounts.findIndex((account, at) => last.get(keyOf(account)) !== at)
      return twice === -1 ? undefined : { path: [twice], message: "Expected each account once: this one comes again" }
    })
  )

/**
 * The accounts, for `Emulator.layer({ accounts })`.
 *
 * @since 0.1.0
 * @category models
 */
export type Accounts = typeof Accounts.Type

/**
 * Accounts that cannot be used: where they came from, where in there the mistake is, and what was expected.
 *
 * @since 0.1.0
 * @category errors
 */
export class AccountsError extends Schema.TaggedError<AccountsError>()("AccountsError", {
  source: Schema.String,
  path: Schema.String,
  problem: Schema.String
}) {
  override get message(): string {
    return json.explain(this)
  }
}

const reader = json.reader(Accounts)

/**
 * Reads accounts from JSON text; `source` is the name that an error gives it. No error repeats a value of the text.
 *
 * @since 0.1.0
 * @category decoding
 */
export const fromJson = (source: string, text: string): Effect.Effect<Accounts, AccountsError> =>
  Effect.mapError(reader.fromJson(source, text), (mistake) => new AccountsError(mistake))

/**
 * Reads accounts from a file.
 *
 * @since 0.1.0
 * @category decoding
 */
export const load = (file: string): Effect.Effect<Accounts, AccountsError, FileSystem.FileSystem> =>
  Effect.mapError(reader.load(file), (mistake) => new AccountsError(mistake))
