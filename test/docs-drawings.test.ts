// The pictures in the guides and the table of the state machine are drawn from the state machine and played from the default schedules: see scripts/draw.ts.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fs from "node:fs"
import { run } from "./cli/process.ts"

const root = new URL("../", import.meta.url)
const read = (path: string) => fs.readFileSync(new URL(path, root), "utf8")
const images = fs.readdirSync(new URL("docs/images/", root))
const pages = [
  "README.md",
  ...fs.readdirSync(new URL("docs/", root)).flatMap((file) => (file.endsWith(".md") ? [`docs/${file}`] : []))
]
const shown = pages.flatMap((page) =>
  Array.from(read(page).matchAll(/!\[([^\]]*)\]\((?:docs\/)?images\/([\w-]+\.svg)\)/g), ([, alt = "", image = ""]) => ({
    alt,
    image
  }))
)

it.live("the drawings in docs are those of the code", () =>
  Effect.gen(function* () {
    const ended = yield* run("scripts/draw.ts", ["--check"])
    assert.strictEqual(ended.code, 0, ended.stderr)
    assert.deepStrictEqual(ended.stdout.trim().split("\n"), [
      "docs/images/data-flow.svg is current",
      "docs/images/fleet.svg is current",
      "docs/images/layers.svg is current",
      "docs/images/overview.svg is current",
      "docs/images/sent-again.svg is current",
      "docs/images/sequence.svg is current",
      "docs/images/state-machine.svg is current",
      "docs/images/timeline.svg is current",
      "docs/images/trace.svg is current",
      "docs/state-machine.md is current"
    ])
  })
)

describe("a picture", () => {
  it.each(images)("%s stands on a page, with words for whoever does not see it", (image) => {
    const places = shown.filter((it) => it.image === image)
    assert.isNotEmpty(places)
    for (const { alt } of places) assert.isAbove(alt.length, 10)
    const svg = read(`docs/images/${image}`)
    assert.match(svg, /<title id="title">[^<]+<\/title>/)
    assert.match(svg, /<desc id="description">[^<]+<\/desc>/)
  })

  it.each(images)("%s is for phones and dark pages too, and loads and runs nothing", (image) => {
    const svg = read(`docs/images/${image}`)
    const [, width] = /^<svg [^>]*viewBox="0 0 (\d+) \d+"/.exec(svg) ?? []
    assert.isAtMost(Number(width), 480)
    assert.include(svg, "prefers-color-scheme")
    assert.notMatch(svg, /<script|<foreignObject|<image|href=|@import|@font-face|url\((?!#)|\son\w+=/)
  })
})
