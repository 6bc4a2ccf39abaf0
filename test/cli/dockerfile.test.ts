// No Docker engine is asked: the instructions of the Dockerfile are read, and its commands are run here, in a folder of their own.
// The packages that it would install are those of the checkout.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { temporaryFolder } from "../interop/support.ts"
import { startProgram } from "./process.ts"

const root = fileURLToPath(new URL("../../", import.meta.url))
const file = fs.readFileSync(join(root, "packages/cli/Dockerfile"), "utf8")

interface Instruction {
  readonly name: string
  readonly text: string
}

const instructions: ReadonlyArray<Instruction> = file
  .replace(/\\\n/g, "")
  .split("\n")
  .flatMap((line) => {
    const [, name, text] = /^([A-Z]+) +(.*)$/.exec(line) ?? []
    return name === undefined || text === undefined ? [] : [{ name, text }]
  })

const all = (name: string): ReadonlyArray<string> => instructions.flatMap((it) => (it.name === name ? [it.text] : []))

/** The program and arguments of an instruction in its form of JSON. */
const command = (name: string): ReadonlyArray<string> => {
  const [text = ""] = all(name)
  return JSON.parse(text.slice(text.indexOf("[")))
}

const copied = all("COPY")
  .filter((text) => !text.startsWith("--from"))
  .flatMap((text) => text.split(" ").slice(0, -1))

describe("the Dockerfile", () => {
  it("is one of instructions that this test reads", () => {
    const known = ["FROM", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "HEALTHCHECK", "ENTRYPOINT"]
    assert.sameMembers([...new Set(instructions.map(({ name }) => name))], known)
  })

  it("names exact versions, and no registry", () => {
    for (const image of all("FROM")) assert.match(image, /^node:2[24]\.\d+\.\d+-[a-z]+-slim(?: AS build)?$/)
    const { packageManager } = JSON.parse(fs.readFileSync(join(root, "package.json"), "utf8"))
    assert.include(all("RUN").join("\n"), ` ${packageManager} install --frozen-lockfile `)
    assert.notMatch(file, /https?:\/\/(?!127\.0\.0\.1:)|registry/)
  })

  it("copies what there is, and its context has that", () => {
    const context = fs.readFileSync(join(root, "packages/cli/Dockerfile.dockerignore"), "utf8").split("\n")
    assert.isNotEmpty(copied)
    for (const path of copied) {
      assert.isTrue(fs.existsSync(join(root, path)), path)
      assert.include(context, `!${path}`)
    }
  })

  it("does not run as root", () => {
    assert.deepStrictEqual(all("USER"), ["node"])
    assert.isBelow(
      instructions.findIndex(({ name }) => name === "USER"),
      instructions.findIndex(({ name }) => name === "ENTRYPOINT")
    )
  })

  it.scopedLive("builds a program that serves, is healthy, and ends at SIGTERM", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      for (const path of [...copied, "node_modules"]) {
        fs.mkdirSync(dirname(join(folder, path)), { recursive: true })
        fs.symlinkSync(join(root, path), join(folder, path))
      }
      for (const line of all("RUN").filter((line) => !line.includes(" install "))) {
        const { status, stderr } = spawnSync("sh", ["-c", line], { cwd: folder, encoding: "utf8" })
        assert.strictEqual(status, 0, stderr)
      }
      const [, built = "", ran = ""] = /^--from=build \/build\/(\S+) (\S+)$/.exec(all("COPY").at(-1) ?? "") ?? []
      const [node = "", program, ...args] = command("ENTRYPOINT")
      assert.deepStrictEqual([program, args.slice(-2)], [join(ran, built), ["--port", "8080"]])

      const emulating = yield* startProgram(node, [join(folder, built), ...args.slice(0, -1), "0", "--json"])
      const { port } = JSON.parse(yield* emulating.printed("\n"))
      const [, ...check] = command("HEALTHCHECK").map((it) => it.replace("8080", String(port)))
      const healthy = Effect.flatMap(startProgram(node, check), ({ ended }) => Effect.map(ended, ({ code }) => code))
      assert.strictEqual(yield* healthy, 0)

      yield* emulating.signal("SIGTERM")
      const { code, stderr } = yield* emulating.ended
      assert.strictEqual(code, 0)
      assert.match(stderr, /listens on 0\.0\.0\.0/)
      assert.strictEqual(yield* healthy, 1)
      assert.strictEqual(all("EXPOSE").join(), "8080")
    })
  )
})
