// The tarballs and the peers, installed as a stranger would, in a folder outside the workspace. It is kept, so that a second run
// installs only what has changed.
import { execFileSync } from "node:child_process"
import { createHash } from "node:crypto"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { pack, tarballOf } from "../packing/tarballs.mjs"

const root = resolve(import.meta.dirname, "../..")
const measured = ["core", "platform", "testing"]

/** What this repository is tested with, and so what the clients run on. */
const hosts = ["effect", "@effect/platform", "@effect/platform-node", "fast-xml-parser", "soap", "undici"]

/** It asks for a later Node and runs on this one; where it does not, or cannot be had, its row says so. */
const optional = { "strong-soap": "6.0.1" }

/** Gives the folder, installed. */
export const install = (): string => {
  const versions = Object.fromEntries(hosts.map((name) => [name, versionOf(name)]))
  const folder = join(tmpdir(), `effect-clickatell-bench-${hash(root, JSON.stringify(versions))}`)
  const tarballs = join(folder, "tarballs")
  fs.mkdirSync(tarballs, { recursive: true })
  pack(tarballs, measured)
  const files = measured.map((name) => tarballOf(tarballs, name))
  const wanted = hash(...files.map((file) => fs.readFileSync(file)))
  const installed = join(folder, "installed")
  if (!fs.existsSync(installed) || fs.readFileSync(installed, "utf8") !== wanted) {
    // A tarball of the same name and version is none that npm would install again.
    for (const old of ["@effect-clickatell", ".package-lock.json"]) {
      fs.rmSync(join(folder, "node_modules", old), { recursive: true, force: true })
    }
    const ours = Object.fromEntries(
      measured.map((name, index) => [`@effect-clickatell/${name}`, `file:${files[index]}`])
    )
    if (!npmInstall(folder, { ...versions, ...ours, ...optional }) && !npmInstall(folder, { ...versions, ...ours })) {
      throw new Error(`npm could not install the peers in ${folder}`)
    }
    fs.writeFileSync(installed, wanted)
  }
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
    execFileSync(
      "npm",
      ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--no-package-lock", "--loglevel", "error"],
      {
        cwd: folder,
        stdio: "inherit"
      }
    )
    return true
  } catch {
    return false
  }
}
