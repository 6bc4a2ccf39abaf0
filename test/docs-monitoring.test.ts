// The queries of docs/telemetry against the metrics that there are, by the names that exporters make of them.
import { assert, describe, it } from "@effect/vitest"
import { Array as Arr } from "effect"
import * as fs from "node:fs"
import { live } from "./core/everything.ts"

const read = (file: string) => fs.readFileSync(new URL(`../docs/telemetry/${file}`, import.meta.url), "utf8")

const underscored = (name: string) => name.replace(/\W/g, "_")

/** A metric, and its labels with all values of each, as Prometheus has them. */
interface Metric {
  readonly names: ReadonlyArray<string>
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>
}

/** What an exporter adds to a name: its unit, and that it is a total, as the specification says, or less. */
const exporters = {
  "by the specification": { unit: true, total: true },
  "without units": { unit: false, total: true },
  "without any suffix": { unit: false, total: false }
}

const metrics = ({ total, unit }: (typeof exporters)[keyof typeof exporters]): ReadonlyArray<Metric> =>
  Object.values(Arr.groupBy(live("monitoring").series, ({ name }) => name)).map((series) => {
    const [{ isMonotonic, kind, labels: some, name }] = series
    const isTime = some.some(([key, value]) => key === "unit" && value === "s")
    const ofUnit = isTime ? "_seconds" : kind === "gauge" ? "_ratio" : ""
    const base = underscored(name) + (unit ? ofUnit : "") + (total && isMonotonic ? "_total" : "")
    const labels = new Map<string, Set<string>>()
    for (const [key, value] of series.flatMap(({ labels }) => labels)) {
      labels.set(underscored(key), (labels.get(underscored(key)) ?? new Set()).add(value))
    }
    return {
      names: kind === "histogram" ? ["bucket", "count", "sum"].map((part) => `${base}_${part}`) : [base],
      labels: kind === "histogram" ? labels.set("le", new Set()) : labels
    }
  })

const strings = (value: unknown, key: string): ReadonlyArray<string> => {
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    name === key && typeof inner === "string" ? [inner] : strings(inner, key)
  )
}

const dashboard: unknown = JSON.parse(read("grafana.json"))
const rules = read("alerts.yml")

/** An expression in a line, or in a block that is further in. */
const expression = /^ +expr: (?:\|\n((?: {10}.*\n)+)|(.+)\n)/gm

const queries: Readonly<Record<string, ReadonlyArray<string>>> = {
  "grafana.json": [...strings(dashboard, "expr"), ...strings(dashboard, "query").filter((it) => it.includes("{"))],
  "alerts.yml": Array.from(rules.matchAll(expression), ([, block, line]) => block ?? line ?? "")
}

const selector = /\{__name__=~"([^"]+)"([^}]*)\}/g

/** What a query selects, and what it says beside that. */
const parse = (query: string) => ({
  selected: Array.from(query.matchAll(selector), ([, name = "", rest = ""]) => ({
    name: new RegExp(`^(?:${name})$`),
    matchers: Array.from(rest.matchAll(/(\w+)(=~|!=|=)"([^"]*)"/g), ([, label = "", is = "", value = ""]) => ({
      label,
      is,
      value
    }))
  })),
  grouped: Array.from(query.matchAll(/\b(?:by|on) \(([^)]*)\)/g), ([, labels = ""]) => labels.split(", ")).flat(),
  rest: query.replaceAll(selector, "").replaceAll(/\b(?:by|on) \([^)]*\)/g, "")
})

/** What Prometheus adds itself. */
const own = ["job"]

describe.each(Object.entries(exporters))("with the names of an exporter %s", (_, exporter) => {
  const all = metrics(exporter)

  it.each(Object.keys(queries))("%s asks for what there is, by labels and values that it has", (file) => {
    assert.isAbove(queries[file]?.length ?? 0, 5)
    for (const query of queries[file] ?? []) {
      const { grouped, selected } = parse(query)
      assert.isNotEmpty(selected, query)
      const found = selected.map(({ matchers, name }) => {
        const [metric, ...others] = all.filter(({ names }) => names.some((it) => name.test(it)))
        assert.isDefined(metric, query)
        assert.lengthOf(others, 0, query)
        for (const { is, label, value } of matchers) {
          assert.isTrue(metric?.labels.has(label), `${label} in ${query}`)
          if (is === "=") assert.isTrue(metric?.labels.get(label)?.has(value), `${value} in ${query}`)
        }
        return metric
      })
      for (const label of grouped) {
        assert.isTrue(own.includes(label) || found.every((metric) => metric?.labels.has(label)), `${label} in ${query}`)
      }
    }
  })

  it("grafana.json shows each of them", () => {
    const selected = (queries["grafana.json"] ?? []).flatMap((query) => parse(query).selected)
    for (const { names } of all)
      assert.isTrue(
        names.some((name) => selected.some((it) => it.name.test(name))),
        names[0]
      )
  })
})

const shown = /\$labels\.(\w+)|\{\{(\w+)\}\}/g

it("labels are shown only where the query has kept them", () => {
  const alerts = rules.split("- alert: ").slice(1)
  const targets = strings(dashboard, "legendFormat").map(
    (legend, index) => `${strings(dashboard, "expr")[index]} ${legend}`
  )
  for (const text of [...alerts, ...targets]) {
    const { grouped } = parse(text)
    for (const [, inRule, inLegend] of text.matchAll(shown)) assert.include(grouped, inRule ?? inLegend, text)
  }
})

it("no query names a metric but by its selectors, and each rule has one", () => {
  for (const query of Object.values(queries).flat()) {
    const { rest } = parse(query)
    assert.notMatch(rest.replace(/, clickatell_session_name\)$/, ""), /(?:clickatell|rpc)_/, query)
  }
  assert.lengthOf(queries["alerts.yml"] ?? [], Array.from(rules.matchAll(/- alert: /g)).length)
})
