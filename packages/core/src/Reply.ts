/**
 * The text of a `return`: one record of a small grammar that all commands share.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Option from "effect/Option"

/**
 * One record; every value stays the string that the service wrote.
 *
 * `Ok.value` is undefined for a bare `OK`, and `""` for the `OK:` of a ping; `Err.code` is `""` where none was given.
 *
 * @since 0.1.0
 * @category models
 */
export type Record = Data.TaggedEnum<{
  Ok: { readonly value: string | undefined }
  Err: { readonly code: string; readonly description: string; readonly to: string | undefined }
  Id: { readonly id: string; readonly to: string | undefined; readonly status: string | undefined }
  Credit: { readonly amount: string }
  Charge: { readonly id: string; readonly charge: string; readonly status: string }
}>

/**
 * Constructors, guards and matching for records.
 *
 * @since 0.1.0
 * @category constructors
 */
export const Record = Data.taggedEnum<Record>()

/**
 * Reads one record: lenient on blanks, strict on prefixes, and none at all rather than a guess.
 *
 * @since 0.1.0
 * @category decoding
 */
export const parse = (text: string): Option.Option<Record> => {
  const line = text.trim()
  for (const [pattern, record] of grammar) {
    const match = pattern.exec(line)
    if (match !== null) return Option.some(record(match.groups ?? {}))
  }
  return Option.none()
}

type Groups = Readonly<{ [name in string]?: string }>

const grammar: ReadonlyArray<readonly [RegExp, (groups: Groups) => Record]> = [
  [/^OK(?::\s*(?<value>[^]*))?$/, ({ value }) => Record.Ok({ value })],
  [
    // The comma is the separator; three digits and a blank are a code too, since some commands leave the comma out.
    /^ERR:\s*(?:(?<code>\d+)\s*(?:,|$)|(?<bare>\d{3})(?=\s))?\s*(?<rest>[^]*)$/,
    ({ bare, code, rest = "" }) => Record.Err({ code: code ?? bare ?? "", ...addressed(rest) })
  ],
  [
    /^ID:\s*(?<id>[^\s:]+)(?:\s+To:\s*(?<to>\d+))?(?:\s+Status:\s*(?<status>\d+))?$/,
    ({ id = "", status, to }) => Record.Id({ id, to, status })
  ],
  [/^Credits?:\s*(?<amount>-?\d+(?:\.\d+)?)$/, ({ amount = "" }) => Record.Credit({ amount })],
  [
    /^(?:apiMsgId|ID):\s*(?<id>[^\s:]+)\s+charge:\s*(?<charge>\d+(?:\.\d+)?)\s+status:\s*(?<status>\d+)$/i,
    ({ charge = "", id = "", status = "" }) => Record.Charge({ id, charge, status })
  ]
]

// Sought from the end, since one pattern for the whole would take quadratic time on a long description.
const addressed = (rest: string): { readonly description: string; readonly to: string | undefined } => {
  const at = rest.lastIndexOf("To:")
  const to = at === -1 ? undefined : /^To:\s*(\d+)$/.exec(rest.slice(at))?.[1]
  return { description: to === undefined ? rest : rest.slice(0, at).trimEnd(), to }
}
