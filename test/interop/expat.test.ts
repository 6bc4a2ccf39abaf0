import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Either, Order } from "effect"
import { spawnSync } from "node:child_process"
import { setImmediate as others } from "node:timers/promises"
import { fileURLToPath } from "node:url"
import type { Element } from "../../packages/core/src/internal/soap/xml.ts"
import * as xml from "../../packages/core/src/internal/soap/xml.ts"
import { mutate, random } from "../core/mutate.ts"
import type { Document } from "./documents.ts"
import { everyOddity, everyTrouble, write } from "./documents.ts"
import { missing } from "./support.ts"

// For more: pnpm fuzz --runs 1000000 --seed 2
const runs = Number(process.env["FUZZ_RUNS"] ?? 10_000)
const seed = Number(process.env["FUZZ_SEED"] ?? 1)

const script = fileURLToPath(new URL("expat.py", import.meta.url))

const byExpat = (documents: ReadonlyArray<Document>): ReadonlyArray<string> => {
  const input = documents.map((document) => `${JSON.stringify(document.xml)}\n`).join("")
  const { status, stderr, stdout } = spawnSync("python3", [script], { input, encoding: "utf8", maxBuffer: 2 ** 30 })
  assert.strictEqual(status, 0, stderr)
  // Written anew, since the two languages do not write a text in one way.
  return stdout.split("\n", documents.length).map((line) => JSON.stringify(JSON.parse(line)))
}

const expanded = ({ name, namespace }: { readonly name: string; readonly namespace: string }) =>
  namespace === "" ? name : `${namespace}\u0001${name}`

type Tree = readonly [string, ReadonlyArray<readonly [string, string]>, string, ReadonlyArray<Tree>]

const tree = (element: Element): Tree => [
  expanded(element),
  Arr.sortWith(
    element.attributes.map((attribute) => [expanded(attribute), attribute.value] as const),
    ([name]) => name,
    Order.string
  ),
  element.text,
  element.children.map(tree)
]

const byUs = (document: Document) => xml.parse(new TextEncoder().encode(document.xml), "unicode")

// A DTD is refused here, and so are names that the parser keeps from programs that make objects of elements; expat takes a version
// other than 1.x, and knows the names of another edition. What a mutation does within ASCII is all there is to compare.
const isComparable = ({ xml }: Document): boolean =>
  !/<!(?:doctype|entity)|__proto__|constructor|prototype|^<\?xml|^\s*<html/i.test(xml) && /^[\0-\x7F]*$/.test(xml)

function* documents(): Generator<Document> {
  const next = random(seed)
  let donor = new Uint8Array()
  for (let run = 0; run < runs; run++) {
    const document = write(next)
    const bytes = new TextEncoder().encode(document.xml)
    const mutant = { ...document, xml: new TextDecoder().decode(mutate(next, bytes, donor)), troubles: [] }
    donor = bytes
    yield next(4) === 0 && isComparable(document) && isComparable(mutant) ? mutant : document
  }
}

const counted = (texts: ReadonlyArray<string>) => new Map(texts.map((text) => [text, 0]))
const count = (counts: Map<string, number>, texts: ReadonlyArray<string>) => {
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1)
}

describe.skipIf(missing.python)(`${runs} documents with namespaces, seed ${seed}`, () => {
  it("are read as expat reads them, or refused as expat refuses them", { timeout: 0 }, async () => {
    const [refused, read] = [counted(everyTrouble), counted(everyOddity)]
    const verdicts = { read: 0, refused: 0 }
    const source = documents()
    for (let left = runs; left > 0; left -= 10_000) {
      const batch = Array.from({ length: Math.min(left, 10_000) }, () => source.next().value as Document)
      for (const [index, theirs] of byExpat(batch).entries()) {
        const document = batch[index] as Document
        const ours = Either.match(byUs(document), {
          onLeft: () => "null",
          onRight: (root) => JSON.stringify(tree(root))
        })
        assert.strictEqual(ours, theirs, JSON.stringify(document.xml))
        verdicts[theirs === "null" ? "refused" : "read"]++
        if (theirs === "null") count(refused, document.troubles)
        else {
          assert.deepStrictEqual(document.troubles, [], document.xml)
          count(read, document.oddities)
        }
      }
      await others()
    }
    // Documents of all kinds, lest nothing was compared.
    for (const times of Object.values(verdicts)) assert.isAbove(times, runs / 4, JSON.stringify(verdicts))
    for (const [text, times] of [...refused, ...read]) assert.isAbove(times, runs / 5_000, text)
  })
})
