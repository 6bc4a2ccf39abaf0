// The table of names in docs/telemetry.md against what is seen of a session to which everything happens that can.
import { assert, it } from "@effect/vitest"
import { Array as Arr, LogLevel, Order } from "effect"
import * as fs from "node:fs"
import { isWritten } from "../packages/core/src/internal/session/log.ts"
import { live } from "./core/everything.ts"

/** What something is, and what it has, with all values of what has few of them. */
interface Seen {
  readonly kind: string
  readonly has: Readonly<Record<string, ReadonlyArray<string>>>
}

const page = fs.readFileSync(new URL("../docs/telemetry.md", import.meta.url), "utf8")

const words = (text: string) => Array.from(text.matchAll(/`([^`]+)`/g), ([, word = ""]) => word)

/** A row that begins with these three cells: a name, its kind, and what it has. */
const row = /^\| `([^`]+)` +\| ((?:span|event), \w+|histogram|counter|gauge|attribute) +\| ([^|]*?) *\|/gm

const rows = Array.from(page.matchAll(row), ([, name = "", kind = "", has = ""]): readonly [string, Seen] => [
  name,
  {
    kind,
    has: Object.fromEntries(
      has === ""
        ? []
        : has.split("; ").map((part) => {
            const [key = "", ...values] = words(part)
            return [key, Arr.sort(values, Order.string)]
          })
    )
  }
])

const named = (isWanted: (kind: string) => boolean) => Object.fromEntries(rows.filter(([, { kind }]) => isWanted(kind)))

/** Puts together what was seen under each name. */
const gather = (
  seen: ReadonlyArray<readonly [name: string, kind: string, has: Iterable<readonly [string, unknown]>]>
): Readonly<Record<string, Seen>> => {
  const all = new Map<string, { readonly kind: string; readonly has: Map<string, Set<string>> }>()
  for (const [name, kind, has] of seen) {
    const one = all.get(name) ?? { kind, has: new Map<string, Set<string>>() }
    all.set(name, one)
    for (const [key, value] of has) {
      const values = one.has.get(key) ?? new Set()
      one.has.set(key, values)
      if (["outcome", "state", "unit"].includes(key)) values.add(String(value))
    }
  }
  return Object.fromEntries(
    Array.from(all, ([name, { has, kind }]) => [
      name,
      { kind, has: Object.fromEntries(Array.from(has, ([key, values]) => [key, Arr.sort(values, Order.string)])) }
    ])
  )
}

const levels = [LogLevel.Error, LogLevel.Warning, LogLevel.Info, LogLevel.Debug]

it("docs/telemetry.md names everything that there is to see, and nothing else", () => {
  const { events, series, spans } = live("docs")
  const toldOf = gather(
    events.map((event) => {
      const { _tag, at: _at, generation: _generation, ...fields } = event
      const level = levels.find((it) => isWritten(event, it))
      return [_tag, `event, ${level?._tag.toLowerCase()}`, Object.entries(fields)]
    })
  )
  assert.deepStrictEqual(
    toldOf,
    named((kind) => kind.startsWith("event"))
  )
  const traced = gather(
    spans.map(({ attributes, kind, name }) => [
      name.replace(/(?<=^clickatell\.Webservice\/)\w+$/, "<operation>"),
      `span, ${kind}`,
      attributes
    ])
  )
  assert.deepStrictEqual(
    traced,
    named((kind) => kind.startsWith("span"))
  )
  const measured = gather(series.map(({ kind, labels, name }) => [name, kind, labels]))
  assert.deepStrictEqual(
    measured,
    named((kind) => ["counter", "gauge", "histogram"].includes(kind))
  )
  const attributes = [traced, measured].flatMap((all) => Object.values(all).flatMap(({ has }) => Object.keys(has)))
  assert.sameMembers(Array.from(new Set(attributes)), Object.keys(named((kind) => kind === "attribute")))
})
