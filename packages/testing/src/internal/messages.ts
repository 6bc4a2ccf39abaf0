import * as Commands from "@effect-clickatell/core/Commands"
import type * as BigDecimal from "effect/BigDecimal"
import * as HashMap from "effect/HashMap"
import * as Option from "effect/Option"
import { nameOf } from "./directory.ts"
import type { Statuses } from "./statuses.ts"
import * as statuses from "./statuses.ts"

/** A message to one recipient that the service took; its texts are its own, since a piece of a request keeps the whole of that. */
export interface Taken {
  readonly id: string
  /** The key of its account. */
  readonly account: string
  readonly to: string
  readonly from: string | undefined
  readonly clientMessageId: string | undefined
  readonly content: string
  readonly charge: BigDecimal.BigDecimal
  readonly at: number
  /** When it goes out, and until when it is tried to be delivered. */
  readonly due: number
  readonly expires: number
  readonly statuses: Statuses
  readonly stopped: boolean
}

/** The newest messages, each by an ordinal of its own. */
export interface Messages {
  readonly kept: HashMap.HashMap<number, Taken>
  /** The ordinal of a message by its id, and that of the newest one by its account and the client's id. */
  readonly ordinals: HashMap.HashMap<string, number>
  readonly oldest: number
  readonly next: number
  /** How many are kept at most. */
  readonly limit: number
}

/** No message yet. */
export const make = (limit: number): Messages => ({
  kept: HashMap.empty(),
  ordinals: HashMap.empty(),
  oldest: 0,
  next: 0,
  limit
})

const day = 24 * 60 * 60 * 1000

/** For how long a message can be asked for, and for how long its charge. */
export const retention = { status: 6 * day, charge: 15 * day } as const

/** Adds the messages of one request, of which the client's id finds the first. */
export const add = (messages: Messages, taken: ReadonlyArray<Taken>, now: number): Messages => {
  let { kept, next, ordinals } = messages
  for (const [index, message] of taken.entries()) {
    kept = HashMap.set(kept, next, message)
    ordinals = HashMap.set(ordinals, message.id, next)
    const key = keyOf(message)
    if (index === 0 && key !== undefined) ordinals = HashMap.set(ordinals, key, next)
    next += 1
  }
  return forget({ ...messages, kept, next, ordinals }, now)
}

/** Lets those go that are too old, or more than are kept. */
const forget = (messages: Messages, now: number): Messages => {
  let { kept, oldest, ordinals } = messages
  for (; oldest < messages.next; oldest += 1) {
    const message = Option.getOrUndefined(HashMap.get(kept, oldest))
    if (message === undefined || (messages.next - oldest <= messages.limit && isWithin(message, now, "charge"))) break
    kept = HashMap.remove(kept, oldest)
    ordinals = HashMap.remove(ordinals, message.id)
    const key = keyOf(message)
    // The same id may stand for a newer message.
    if (key !== undefined && Option.contains(HashMap.get(ordinals, key), oldest))
      ordinals = HashMap.remove(ordinals, key)
  }
  return { ...messages, kept, oldest, ordinals }
}

const keyOf = ({ account, clientMessageId }: Pick<Taken, "account" | "clientMessageId">): string | undefined =>
  clientMessageId === undefined ? undefined : `${account} ${clientMessageId}`

const isWithin = ({ at }: Taken, now: number, what: keyof typeof retention): boolean => now - at < retention[what]

/** Which message: by its id, or by the one that the client gave it. */
export type Key = { readonly id: string } | { readonly clientMessageId: string }

/** An account's message, if it is not too old to be asked this about. */
export const find = (
  messages: Messages,
  account: string,
  key: Key,
  now: number,
  what: keyof typeof retention
): Option.Option<Taken> => {
  const written = "id" in key ? key.id : keyOf({ account, ...key })
  return HashMap.get(messages.ordinals, written ?? "").pipe(
    Option.flatMap((ordinal) => HashMap.get(messages.kept, ordinal)),
    Option.filter((message) => message.account === account && isWithin(message, now, what))
  )
}

/** Stops a message, if it is not too late. */
export const stop = (messages: Messages, message: Taken, now: number): readonly [Taken, Messages] => {
  if (!queued.has(statusOf(message, now))) return [message, messages]
  const stopped = { ...message, stopped: true }
  const kept = Option.match(HashMap.get(messages.ordinals, message.id), {
    onNone: () => messages.kept,
    onSome: (ordinal) => HashMap.set(messages.kept, ordinal, stopped)
  })
  return [stopped, { ...messages, kept }]
}

const queued: ReadonlySet<string> = new Set(["002", "011"])

/** The code of what has become of a message. */
export const statusOf = ({ due, expires, statuses: path, stopped }: Taken, now: number): string => {
  if (stopped) return "006"
  if (now < due) return "011"
  const status = statuses.at(path, Math.min(now, expires) - due)
  return now >= expires && Commands.messageStatuses.get(status)?.stage === "pending" ? "010" : status
}

/** A message to one recipient, as it is at some moment. */
export interface Message extends Pick<Taken, "id" | "to" | "from" | "clientMessageId" | "content" | "charge" | "at"> {
  readonly account: { readonly apiId: string; readonly user: string }
  readonly status: string
}

/** The messages that are kept of all accounts or of one, the oldest first. */
export const list = ({ kept, next, oldest }: Messages, now: number, account?: string): ReadonlyArray<Message> =>
  Array.from({ length: next - oldest }, (_, index) => HashMap.get(kept, oldest + index)).flatMap(
    Option.match({
      onNone: () => [],
      onSome: (message) => (account === undefined || message.account === account ? [shown(message, now)] : [])
    })
  )

const shown = (message: Taken, now: number): Message => {
  const { account, at, charge, clientMessageId, content, from, id, to } = message
  const status = statusOf(message, now)
  return { id, account: nameOf(account), to, from, clientMessageId, content, status, charge, at }
}
