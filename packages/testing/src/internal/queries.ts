import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as accounts from "./accounts.ts"
import * as amount from "./amount.ts"
import * as coverage from "./coverage.ts"
import { error } from "./error.ts"
import type { Taken } from "./messages.ts"
import * as messages from "./messages.ts"
import type { Operation } from "./operation.ts"
import type { Parameters } from "./parameters.ts"
import { trimmed } from "./parameters.ts"
import type { Service } from "./service.ts"

/** Tells the account's balance. */
export const getbalance: Operation = (service, account) => ({
  service,
  records: `Credit: ${amount.write(accounts.get(service.accounts, account).balance)}`
})

/** Tells whether a number or a prefix is covered, and at what price. */
export const routecoverage: Operation = (service, account, parameters) => {
  const number = trimmed(parameters, "msisdn")
  if (number === "") return { service, records: error("101") }
  if (!/^\d{1,15}$/.test(number)) return { service, records: error("105") }
  const price = coverage.priceOf(accounts.get(service.accounts, account).coverage, number)
  const records =
    price === undefined
      ? "ERR: This prefix is not currently supported. Messages sent to this prefix will fail."
      : `OK: This prefix is currently supported. Messages sent to this prefix will be routed. Charge: ${amount.write(price)}`
  return { service, records }
}

/** Tells what has become of a message. */
export const querymsg: Operation = (service, account, parameters, { now }) => ({
  service,
  records: Either.match(find(service, account, parameters, now), {
    onLeft: (code) => error(code),
    onRight: (message) => state(message, now)
  })
})

/** Stops a message that has not gone out. */
export const delmsg: Operation = (service, account, parameters, { now }) =>
  Either.match(find(service, account, parameters, now), {
    onLeft: (code) => ({ service, records: error(code) }),
    onRight: (message) => {
      const [stopped, left] = messages.stop(service.messages, message, now)
      return { service: { ...service, messages: left }, records: state(stopped, now) }
    }
  })

/** Tells what a message cost. */
export const getmsgcharge: Operation = (service, account, parameters, { now }) => {
  const id = trimmed(parameters, "apimsgid")
  if (id === "") return { service, records: error("109") }
  const records = Option.match(messages.find(service.messages, account, { id }, now, "charge"), {
    onNone: () => error("103"),
    onSome: (message) =>
      `apiMsgId: ${message.id} charge: ${amount.write(message.charge)} status: ${messages.statusOf(message, now)}`
  })
  return { service, records }
}

const state = (message: Taken, now: number): string => `ID: ${message.id} Status: ${messages.statusOf(message, now)}`

/** The message that is asked about, or the code that says why there is none. */
const find = (
  service: Service,
  account: string,
  parameters: Parameters,
  now: number
): Either.Either<Taken, "103" | "104" | "109"> => {
  const id = trimmed(parameters, "apimsgid")
  const clientMessageId = trimmed(parameters, "climsgid", "cliMsgId")
  if (id === "" && clientMessageId === "") return Either.left("109")
  const [key, unknown] = id === "" ? ([{ clientMessageId }, "104"] as const) : ([{ id }, "103"] as const)
  return Either.fromOption(messages.find(service.messages, account, key, now, "status"), () => unknown)
}
