import { assert, describe, it } from "@effect/vitest"
import { spawn } from "node:child_process"
import { text } from "node:stream/consumers"
import type { Readable } from "node:stream"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../", import.meta.url))

/** What a program of the benchmark measures, run from source. */
const measure = async (program: string, count: number): Promise<Readonly<Record<string, number>>> => {
  const child = spawn(
    process.execPath,
    ["--expose-gc", "--import", "tsx", `scripts/bench/programs/${program}.ts`, "", "", JSON.stringify({ count })],
    { cwd: root, stdio: ["pipe", "inherit", "inherit", "pipe"] }
  )
  // One turn, for those that take turns.
  child.stdin?.end("\n")
  return JSON.parse(await text(child.stdio[3] as Readable))
}

/** The KB of heap for each further session: what there is once, however many there are, is left out. */
const heapOf = async (program: string, few: number, many: number): Promise<number> => {
  const [some = 0, all = 0] = await Promise.all(
    [few, many].map(async (count) => ((await measure(program, count))["heap"] ?? 0) * count)
  )
  return (all - some) / (many - few)
}

const isAbout = (value: number, expected: number) => {
  assert.isAbove(value, 0.8 * expected)
  assert.isBelow(value, 1.2 * expected)
}

// Bytes depend on the version of V8 and on nothing else that happens here.
describe("the heap of a session that is kept alive, asleep", () => {
  it("is 0.85 KB in a map", async () => {
    isAbout(await heapOf("map", 2_000, 12_000), 0.85)
  })

  it("is 37 KB with layers of its own, most of which two empty layers take as well", async () => {
    isAbout(await heapOf("sessions", 200, 1_200), 37)
  })
})

it("10,000 callers of a session that is to be opened share one login", async () => {
  assert.strictEqual((await measure("callers", 10_000))["logins"], 1)
})
