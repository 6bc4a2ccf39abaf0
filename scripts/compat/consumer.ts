import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { hosts } from "../packing/hosts.mjs"
import { pack, tarballOf } from "../packing/tarballs.mjs"
import { absent } from "./outcome.ts"
import type { Outcome } from "./outcome.ts"
import { complaint, run } from "./process.ts"

const root = resolve(import.meta.dirname, "../..")
const libraries = ["core", "platform", "redis", "testing"]

const versionOf = (name: string): string =>
  JSON.parse(fs.readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version

const install = async (folder: string, dependencies: Readonly<Record<string, string>>): Promise<void> => {
  fs.mkdirSync(folder, { recursive: true })
  fs.writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }))
  await run(folder, "npm", ["install", "--no-audit", "--no-fund", "--yes"])
}

/** A folder outside of this repository that has the tarballs, what they want beside them, and the programs of the checks. */
export const makeConsumer = async (): Promise<string> => {
  const folder = fs.mkdtempSync(join(tmpdir(), "clickatell-compat-"))
  const tarballs = join(folder, "tarballs")
  fs.mkdirSync(tarballs)
  pack(tarballs, libraries)
  await install(
    folder,
    Object.fromEntries([
      ...libraries.map((name) => [`@effect-clickatell/${name}`, `file:${tarballOf(tarballs, name)}`]),
      ...[...hosts, "undici"].map((name) => [name, versionOf(name)])
    ])
  )
  fs.cpSync(join(import.meta.dirname, "programs"), join(folder, "programs"), { recursive: true })
  fs.cpSync(join(root, "docs/examples"), join(folder, "examples"), { recursive: true })
  return folder
}

/** A package of npm in a folder of its own, or why it cannot be had here. */
export const bring = async (folder: string, name: string, range: string): Promise<string | Outcome> => {
  const at = join(folder, "tools", `${name}-${range}`)
  try {
    await install(at, { [name]: range })
    return at
  } catch (error) {
    return absent(complaint(error))
  }
}
