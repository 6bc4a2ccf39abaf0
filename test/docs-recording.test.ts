// docs/images/start.svg is made from a run, whose times differ from any other's: what is looked at here is what it shows.
import { assert, describe, it } from "@effect/vitest"
import * as fs from "node:fs"
import * as recorded from "./recorded.ts"

const start = fs.readFileSync(new URL("../scripts/start.ts", import.meta.url), "utf8")

/** What `start` says in its own words, with what it fills in left out. */
const words = Array.from(start.matchAll(/say\((["`])(.*?)\1\)/g), ([, , text = ""]) => text.replace(/\$\{.*?\}/g, "…"))

const isSaid = (line: string): boolean => {
  const general = line.replace(/http:\S+(?=:$)/, "…")
  return words.includes(general)
}

const joined = (texts: ReadonlyArray<string>): string => texts.join(" ").replace(/\s+/g, " ").trim()

describe("the recording of start", () => {
  it("holds lines of the kinds that start prints, and nothing else", () => {
    const others = recorded.lines.filter((line) => recorded.eventOf(line) === undefined && !isSaid(line))
    assert.deepStrictEqual(
      others.filter((line) => line !== ""),
      ["balance 123.4, answered after the refusal"]
    )
  })

  it("tells the whole story", () => {
    assert.deepStrictEqual(recorded.lines.filter(isSaid).length, words.length)
    for (const event of [
      "authenticated",
      "pinged",
      "skipped",
      "refused",
      "degraded",
      "recovered",
      "message",
      "closed"
    ]) {
      assert.include(recorded.events, event)
    }
    assert.strictEqual(recorded.events.at(-1), "summary")
  })

  it("shows what it holds, as text that can be selected", () => {
    const seen = recorded.rows.map((row) => row.map(({ text }) => text).join(""))
    assert.strictEqual(joined(seen), joined(recorded.lines))
  })

  it("holds no secret: of what looks like an id there is the message's alone", () => {
    const ids = recorded.lines.flatMap((line) => (/[0-9a-f]{32}/.test(line) ? [line.replace(/[0-9a-f]{32}/, "…")] : []))
    assert.deepStrictEqual(ids, ["message accepted as …"])
    for (const secret of ["demo", "123456"]) assert.notInclude(recorded.source, secret)
  })

  it("is small, and stands still for whoever wants no motion", () => {
    assert.isAtMost(recorded.source.length, 100_000)
    const [, still = ""] = /@media \(prefers-reduced-motion:reduce\)\{([^}]*\})\}/.exec(recorded.source) ?? []
    assert.strictEqual(still, "text,.page{animation:none!important}")
  })
})
