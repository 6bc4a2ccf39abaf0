// The tarballs and the peers, installed as a stranger would, in a folder outside the workspace. The folder is named after what
// is in it, so that a second run finds it there.
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { pack, tarballOf } from "../tarballs.mjs"

const root = resolve(import.meta.dirname, "../..")
const measured = ["core", "platform", "testing"]

/** What this repository is tested with, and so what the clients run on. */
const hosts = ["effect", "@effect/platform", "@effect/platform-node", "fast-xml-parser", "soap", "undici"]

/** It asks for a later Node and runs on this one; where it does not, or cannot be had, its row says so. */
const optional = { "strong-soap": "6.0.1" }

/** Gives the folder, installed. */
export const install = (): string => {
  const packed = fs.mkdtempSync(join(tmpdir(), "effect-clickatell-packed-"))
  pack(packed, measured)
  const files = measured.map((name) => tarballOf(packed, name))
  const versions = Object.fromEntries(hosts.map((name) => [name, versionOf(name)]))
  const folder = join(
    tmpdir(),
    `effect-clickatell-bench-${hash(JSON.stringify(versions), ...files.map((file) => fs.readFileSync(file)))}`
  )
  if (!fs.existsSync(join(folder, "installed"))) {
    const tarballs = join(folder, "tarballs")
    fs.cpSync(packed, tarballs, { recursive: true })
    const ours = Object.fromEntries(
      measured.map((name) => [`@effect-clickatell/${name}`, `file:${tarballOf(tarballs, name)}`])
    )
    if (!npmInstall(folder, { ...versions, ...ours, ...optional }) && !npmInstall(folder, { ...versions, ...ours })) {
      throw new Error(`npm could not install the peers in ${folder}`)
    }
    fs.writeFileSync(join(folder, "installed"), "")
  }
  fs.rmSync(packed, { recursive: true })
  return folder
}

const versionOf = (name: string): string =>
  JSON.parse(fs.readFileSync(join(root, "node_modules", name, "package.json"), "utf8")).version

const hash = (...parts: ReadonlyArray<string | Uint8Array>): string =>
  parts
    .reduce((whole, part) => whole.update(part), createHash("sha256"))
    .digest("hex")
    .slice(0, 12)

const npmInstall = (folder: string, dependencies: Readonly<Record<string, string>>): boolean => {
  fs.writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }))
  try {
    execFileSync("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel", "error"], {
      cwd: folder,
      stdio: "inherit"
    })
    return true
  } catch {
    return false
  }
}
