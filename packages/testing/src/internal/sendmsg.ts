import * as Arr from "effect/Array"
import * as BigDecimal from "effect/BigDecimal"
import * as Either from "effect/Either"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import type { Account } from "./accounts.ts"
import * as accounts from "./accounts.ts"
import * as coverage from "./coverage.ts"
import { error } from "./error.ts"
import type { Taken } from "./messages.ts"
import * as messages from "./messages.ts"
import type { Operation } from "./operation.ts"
import type { Outgoing } from "./outgoing.ts"
import * as outgoing from "./outgoing.ts"
import * as quota from "./quota.ts"
import { changeAccount } from "./service.ts"
import type { Statuses } from "./statuses.ts"
import * as statuses from "./statuses.ts"

/** Sends a message: to each number that can have it, or to none where the call as a whole is refused. */
export const sendmsg: Operation = (service, key, parameters, { messageId, now }) => {
  const account = accounts.get(service.accounts, key)
  const sent = Either.gen(function* () {
    const request = yield* Either.mapLeft(outgoing.read(parameters), (code) => error(code))
    const judged = request.to.map((to) => judge(account, request, to))
    const paid = yield* pay(account, Arr.getRights(judged), now)
    const results = judged.map(Either.map(take({ ...request, account: key, now, messageId })))
    return { paid, results }
  })
  return Either.match(sent, {
    onLeft: (text) => ({ service, records: text }),
    onRight: ({ paid, results }) => ({
      service: changeAccount(
        { ...service, messages: messages.add(service.messages, Arr.getRights(results), now) },
        key,
        paid,
        now
      ),
      records: write(results)
    })
  })
}

/** A recipient who can have the message. */
interface Recipient {
  readonly to: string
  readonly charge: BigDecimal.BigDecimal
  readonly statuses: Statuses
}

interface Refused {
  readonly to: string
  readonly code: string
}

const judge = (account: Account, { maxCredits, parts }: Outgoing, to: string): Either.Either<Recipient, Refused> => {
  const refused = (code: string) => Either.left({ to, code })
  if (!/^\d{1,15}$/.test(to)) return refused("105")
  const outcome = Option.getOrUndefined(HashMap.get(account.numbers, to))
  if (outcome?.kind === "refused") return refused(outcome.code)
  const price = coverage.priceOf(account.coverage, to)
  if (price === undefined) return refused("114")
  const charge = BigDecimal.multiply(price, BigDecimal.fromBigInt(BigInt(parts)))
  if (maxCredits !== undefined && BigDecimal.greaterThan(charge, maxCredits)) return refused("302")
  return Either.right({
    to,
    charge,
    statuses: outcome === undefined ? account.statuses : statuses.make(outcome.statuses)
  })
}

/** What is left to the account of its quota and its balance, or why it has too little of one for all of these. */
const pay = (
  account: Account,
  taken: ReadonlyArray<Recipient>,
  now: number
): Either.Either<Pick<Account, "quota" | "balance">, string> =>
  Either.gen(function* () {
    const left =
      account.quota === undefined
        ? undefined
        : yield* Either.mapLeft(
            quota.take(account.quota, taken.length, now),
            (until) => `${error("130")}${until === Infinity ? "" : ` until ${unixTime(until)}`}`
          )
    const cost = BigDecimal.sumAll(taken.map(({ charge }) => charge))
    if (taken.length > 0 && BigDecimal.lessThan(account.balance, cost)) return yield* Either.left(error("301"))
    return { quota: left, balance: BigDecimal.subtract(account.balance, cost) }
  })

const take =
  (sent: Outgoing & Pick<Taken, "account"> & { readonly now: number; readonly messageId: () => string }) =>
  ({ charge, statuses, to }: Recipient): Taken => {
    const { account, clientMessageId, content, delay, from, messageId, now, validity } = sent
    const due = now + delay
    const id = messageId()
    return {
      id,
      account,
      to,
      from,
      clientMessageId,
      content,
      charge,
      at: now,
      due,
      expires: due + validity,
      statuses,
      stopped: false
    }
  }

/** One record for each number in the order asked, which names the number where there are several. */
const write = (results: ReadonlyArray<Either.Either<Taken, Refused>>): ReadonlyArray<string> =>
  results.map(
    Either.match({
      onLeft: ({ code, to }) => error(code, results.length > 1 ? to : undefined),
      onRight: ({ id, to }) => `ID: ${id}${results.length > 1 ? ` To: ${to}` : ""}`
    })
  )

// Of nine digits, as any since 1973 is, on a test's clock that begins with 1970 too.
const unixTime = (at: number): string => String(Math.ceil(at / 1000)).padStart(9, "0")
