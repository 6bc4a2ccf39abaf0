// Packs packages of this repository as they would be published.
import { execFileSync, spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { join, resolve } from "node:path"

const root = resolve(import.meta.dirname, "..")

const readManifest = (/** @type {string} */ folder) => JSON.parse(fs.readFileSync(join(folder, "package.json"), "utf8"))

/** Where a package's tarball is once it is packed into a folder. */
export const tarballOf = (/** @type {string} */ folder, /** @type {string} */ name) => {
  const manifest = readManifest(join(root, "packages", name))
  return join(folder, `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`)
}

/**
 * Packs every package, or those named, into a folder.
 *
 * @param {string} folder
 * @param {ReadonlyArray<string>} [names]
 */
export const pack = (folder, names = ["*"]) => {
  // Started as `npx pnpm`, this finds pnpm on the path; started by node, npx brings the pinned one.
  const hasPnpm = spawnSync("pnpm", ["--version"], { stdio: "ignore" }).status === 0
  const [command = "", ...before] = hasPnpm ? ["pnpm"] : ["npx", readManifest(root).packageManager]
  const filters = names.flatMap((name) => ["--filter", `./packages/${name}`])
  execFileSync(command, [...before, "-r", ...filters, "pack", "--pack-destination", folder], {
    cwd: root,
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, CI: "true" }
  })
}
