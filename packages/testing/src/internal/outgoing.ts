import * as BigDecimal from "effect/BigDecimal"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { Content } from "./content.ts"
import * as content from "./content.ts"
import { copy } from "./copy.ts"
import type { Parameters } from "./parameters.ts"
import { trimmed, whole } from "./parameters.ts"

/** What a `sendmsg` asks for. */
export interface Outgoing extends Content {
  readonly to: ReadonlyArray<string>
  readonly from: string | undefined
  readonly clientMessageId: string | undefined
  /** The most that a message may cost. */
  readonly maxCredits: BigDecimal.BigDecimal | undefined
  /** How many milliseconds it waits before it goes out, and how many it is then tried to be delivered. */
  readonly delay: number
  readonly validity: number
}

const minute = 60_000
const mostRecipients = 300

/** Reads a `sendmsg`, or says with which code all of it is refused. */
export const read = (parameters: Parameters): Either.Either<Outgoing, string> => {
  const to = parameters.all("to").flatMap((number) => (number.trim() === "" ? [] : [copy(number.trim())]))
  if (to.length === 0 || to.length > mostRecipients) return Either.left("101")
  return Either.flatMap(content.read(parameters), ({ content, parts }) => {
    const clientMessageId = trimmed(parameters, "climsgid", "cliMsgId")
    if (!/^[0-9A-Za-z]{0,32}$/.test(clientMessageId)) return Either.left("101")
    const delay = whole(parameters, "deliv_time") ?? 0
    if (!(delay <= 10_080)) return Either.left("120")
    const validity = whole(parameters, "validity") ?? 1440
    if (!(validity <= 1440)) return Either.left("101")
    const maxCredits = trimmed(parameters, "max_credits")
    if (!/^(?:\d{1,12}(?:\.\d{1,12})?)?$/.test(maxCredits)) return Either.left("101")
    const from = trimmed(parameters, "from")
    if (from.length > (/^\d*$/.test(from) ? 16 : 11)) return Either.left("106")
    return Either.right({
      to,
      content: copy(content),
      parts,
      from: from === "" ? undefined : copy(from),
      clientMessageId: clientMessageId === "" ? undefined : copy(clientMessageId),
      maxCredits: Option.getOrUndefined(Option.filter(BigDecimal.fromString(maxCredits), BigDecimal.isPositive)),
      delay: delay * minute,
      validity: validity * minute
    })
  })
}
