// Every page of the site that `npx pnpm run docs` has built, in a real browser.
import { afterAll, assert, describe, it } from "@effect/vitest"
import type { Scope } from "effect"
import { Effect, ManagedRuntime, Schema } from "effect"
import * as fs from "node:fs"
import { createServer } from "node:http"
import { extname, join } from "node:path"
import { fileURLToPath } from "node:url"
import type { Chromium } from "./chromium.ts"
import { layer, missing, required } from "./chromium.ts"
import { tooFaint } from "./contrast.ts"
import type { Tab } from "./tab.ts"
import * as tab from "./tab.ts"

const site = fileURLToPath(new URL("../../docs/.html", import.meta.url))
const isBuilt = fs.existsSync(join(site, "index.html"))
const files = isBuilt ? fs.readdirSync(site, { encoding: "utf8", recursive: true }) : []
const pages = files.filter((file) => file.endsWith(".html"))

const browser = ManagedRuntime.make(layer)
afterAll(() => browser.dispose())

const types: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml"
}

/** A server of the site's files, until the scope closes; its address. */
const served: Effect.Effect<string, never, Scope.Scope> = Effect.acquireRelease(
  Effect.async<{ readonly address: string; readonly close: () => void }>((resume) => {
    const server = createServer(({ url = "" }, response) => {
      const file = decodeURIComponent(url.slice(1).split("?")[0] ?? "")
      response.writeHead(files.includes(file) ? 200 : 404, {
        "content-type": types[extname(file)] ?? "text/plain",
        "cache-control": "max-age=3600"
      })
      response.end(files.includes(file) ? fs.readFileSync(join(site, file)) : "")
    }).listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = address !== null && typeof address === "object" ? address.port : 0
      const close = () => {
        server.closeAllConnections()
        server.close()
      }
      resume(Effect.succeed({ address: `http://127.0.0.1:${port}/`, close }))
    })
  }),
  ({ close }) => Effect.sync(close)
).pipe(Effect.map(({ address }) => address))

/** Opens a page and waits until it is shown, which its script does. */
const show = (it: Tab, url: string) => Effect.zipRight(it.open(url), it.until(`document.body.style.display !== "none"`))

/** How much wider the page is than the window, which on a phone shows it smaller then; what scrolls by itself is not. */
const overflow = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"

const widths = [1280, 375] as const

const isProse = (page: string) => /^(?:index|modules|documents\/.*)\.html$/.test(page)

/** Those of the API are many, and made of the same parts: some of them stand for all. */
const shown = [
  ...pages.filter(isProse),
  ...pages.filter((page) => !isProse(page)).filter((_, index) => index % 8 === 0)
]

const Texts = Schema.Array(Schema.String)

/** What is wrong with a page, in a tab that shows it. */
const inspect = (it: Tab, address: string, page: string) =>
  Effect.gen(function* () {
    const before = it.complaints.length
    const problems: Array<string> = []
    yield* show(it, `${address}${page}`)
    for (const scheme of isProse(page) ? (["dark", "light"] as const) : []) {
      yield* it.look(widths[0], 900, scheme)
      problems.push(...Schema.decodeUnknownSync(Texts)(yield* it.value(tooFaint)).map((text) => `${scheme}: ${text}`))
    }
    for (const width of widths) {
      yield* it.look(width, 900, "light")
      const wider = Number(yield* it.value(overflow))
      if (wider > 0) problems.push(`${wider} px too wide for ${width}`)
    }
    return [...problems, ...it.complaints.slice(before)].map((problem) => `${page}: ${problem}`)
  })

/** The pages, each with its links and what can be linked to in it. */
const texts = new Map(pages.map((page) => [page, fs.readFileSync(join(site, page), "utf8")]))
const found = (text: string, attribute: RegExp) =>
  Array.from(text.matchAll(attribute), ([, value = ""]) => value.replaceAll("&amp;", "&"))
const ids = new Map(Array.from(texts, ([page, text]) => [page, new Set(found(text, / id="([^"]*)"/g))]))

/** The links of a page that lead nowhere in the site. */
const broken = (page: string, text: string) =>
  found(text, /<a\b[^>]* href="([^"]*)"/g).flatMap((link) => {
    const { hash, origin, pathname } = new URL(link, `http://site/${page}`)
    if (origin !== "http://site") return []
    const [path, anchor] = [decodeURIComponent(pathname.slice(1)), decodeURIComponent(hash.slice(1))]
    return files.includes(path) && (anchor === "" || ids.get(path)?.has(anchor) === true) ? [] : [`${page}: ${link}`]
  })

const test = (name: string, body: (address: string) => Effect.Effect<void, Error, Scope.Scope | Chromium>) =>
  // A guard against a hang: it takes about a minute where the machine has nothing else to do.
  it.scopedLive(name, () => Effect.flatMap(served, body).pipe(Effect.provide(browser)), 600_000)

describe.skipIf(!required && !isBuilt)("the site (skipped where it is not built)", () => {
  it("has no link that leads nowhere", () => {
    assert.isAbove(texts.size, 200)
    assert.deepStrictEqual(
      Array.from(texts).flatMap(([page, text]) => broken(page, text)),
      []
    )
  })
})

describe.skipIf(!required && (missing || !isBuilt))(
  "the site in a browser (skipped where one of them is missing)",
  () => {
    test("can be read, fits a desk and a phone, and its scripts do not complain", (address) =>
      Effect.gen(function* () {
        // One after the other: a page in a tab that is not in front is held up by the browser.
        const it = yield* tab.make
        const problems = yield* Effect.forEach(shown, (page) => inspect(it, address, page))
        assert.deepStrictEqual(problems.flat(), [])
      }))

    test("finds what is looked for", (address) =>
      Effect.gen(function* () {
        const it = yield* tab.make
        yield* it.look(1280, 900, "light")
        for (const word of ["ping", "AuthFailed"]) {
          yield* show(it, `${address}index.html`)
          yield* it.click(`document.getElementById("tsd-search-trigger")`)
          yield* it.write(word)
          yield* it.until(`document.querySelectorAll("#tsd-search-results a").length > 0`)
          assert.include(
            String(yield* it.value(`document.getElementById("tsd-search-results").textContent`)).toLowerCase(),
            word.toLowerCase()
          )
        }
      }))
  }
)
