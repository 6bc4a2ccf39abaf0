/**
 * The text of a `return`: one record of a small grammar that all commands share.
 *
 * @since 0.1.0
 */
import * as Data from "effect/Data"
import * as Option from "effect/Option"
import * as xmlText from "./internal/soap/xmlText.ts"

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
 * A record that is an error: `ERR: <code>, <description>`.
 *
 * @since 0.1.0
 * @category models
 */
export type Err = Data.TaggedEnum.Value<Record, "Err">

/**
 * Constructors, guards and matching for records.
 *
 * @since 0.1.0
 * @category constructors
 */
export const Record = Data.taggedEnum<Record>()

/**
 * Reads one record: lenient on the blanks of XML, strict on prefixes, and none at all rather than a guess; an `Ok` is one line, and
 * its value holds no `ERR:`.
 *
 * @since 0.1.0
 * @category decoding
 */
export const parse = (text: string): Option.Option<Record> => {
  const line = xmlText.trim(text)
  for (const [pattern, record] of grammar) {
    const match = pattern.exec(line)
    if (match !== null) return Option.some(record(match.groups ?? {}))
  }
  return Option.none()
}

type Groups = Readonly<{ [name in string]?: string }>

// `_` is a blank of XML, where `\s` would also take U+00A0, U+FEFF and others.
const pattern = (source: string, flags = ""): RegExp => new RegExp(`^${source.replaceAll("_", "[ \\t\\r\\n]")}$`, flags)

const grammar: ReadonlyArray<readonly [RegExp, (groups: Groups) => Record]> = [
  [pattern(String.raw`(?!.*ERR:)OK(?::[ \t]*(?<value>(?![ \t]).*))?`), ({ value }) => Record.Ok({ value })],
  [
    // The comma is the separator; three digits and a blank are a code too, since some commands leave the comma out.
    pattern(String.raw`ERR:_*(?:(?<code>\d+)_*(?:,|$)|(?<bare>\d{3})(?=_))?_*(?<rest>[^]*)`),
    ({ bare, code, rest = "" }) => Record.Err({ code: code ?? bare ?? "", ...addressed(rest) })
  ],
  [
    pattern(String.raw`ID:_*(?<id>[^\s:]+)(?:_+To:_*(?<to>\d+))?(?:_+Status:_*(?<status>\d+))?`),
    ({ id = "", status, to }) => Record.Id({ id, to, status })
  ],
  [pattern(String.raw`Credits?:_*(?<amount>-?\d+(?:\.\d+)?)`), ({ amount = "" }) => Record.Credit({ amount })],
  [
    pattern(
      String.raw`(?:apiMsgId|ID):_*(?<id>[^\s:]+)_+charge:_*(?<charge>\d+(?:\.\d+)?)_+status:_*(?<status>\d+)`,
      "i"
    ),
    ({ charge = "", id = "", status = "" }) => Record.Charge({ id, charge, status })
  ]
]

// Sought from the end, since one pattern for the whole would take quadratic time on a long description.
const addressed = (rest: string): { readonly description: string; readonly to: string | undefined } => {
  const at = rest.lastIndexOf("To:")
  const to = at === -1 ? undefined : toRecipient.exec(rest.slice(at))?.[1]
  return { description: to === undefined ? rest : xmlText.trim(rest.slice(0, at)), to }
}

const toRecipient = pattern(String.raw`To:_*(\d+)`)
