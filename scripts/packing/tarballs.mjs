// Packs packages of this repository as they are published.
import { execFileSync, spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { bundleCommand } from "./command.mjs"
import { finish } from "./finish.mjs"

const root = resolve(import.meta.dirname, "../..")

const readManifest = (/** @type {string} */ folder) => JSON.parse(fs.readFileSync(join(folder, "package.json"), "utf8"))

/** The folders of all packages. */
export const packageNames = fs.readdirSync(join(root, "packages"))

/** Where a package's tarball is once it is packed into a folder. */
export const tarballOf = (/** @type {string} */ folder, /** @type {string} */ name) => {
  const manifest = readManifest(join(root, "packages", name))
  return join(folder, `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}.tgz`)
}

/** Unpacks a tarball into a folder, where `package` is then what it holds. */
export const unpack = (/** @type {string} */ tarball, /** @type {string} */ folder) => {
  execFileSync("tar", ["-xzf", tarball, "-C", folder])
  return join(folder, "package")
}

/**
 * Runs pnpm in this repository, or in a copy of it.
 *
 * @param {string} folder
 * @param {ReadonlyArray<string>} args
 * @param {"inherit" | "ignore"} stdout
 */
export const pnpm = (folder, args, stdout = "inherit") => {
  // Started as `npx pnpm`, this finds pnpm on the path; started by node, npx brings the pinned one.
  const hasPnpm = spawnSync("pnpm", ["--version"], { stdio: "ignore" }).status === 0
  const [command = "", ...before] = hasPnpm ? ["pnpm"] : ["npx", readManifest(root).packageManager]
  execFileSync(command, [...before, ...args], {
    cwd: folder,
    stdio: ["ignore", stdout, "inherit"],
    env: { ...process.env, CI: "true" }
  })
}

/**
 * Packs every package, or those named, into a folder.
 *
 * @param {string} folder
 * @param {ReadonlyArray<string>} [names]
 */
export const pack = (folder, names = packageNames) => {
  if (names.includes("cli")) bundleCommand(join(root, "packages/cli"))
  const staging = fs.mkdtempSync(join(tmpdir(), "clickatell-pack-"))
  const filters = names.flatMap((name) => ["--filter", `./packages/${name}`])
  // Only pnpm knows what `workspace:` and `catalog:` stand for, and that `publishConfig` takes the place of what it names.
  pnpm(root, ["-r", ...filters, "pack", "--pack-destination", staging], "ignore")
  for (const name of names) {
    const unpacked = unpack(tarballOf(staging, name), staging)
    finish(root, name, unpacked)
    execFileSync("npm", ["pack", unpacked, "--pack-destination", folder, "--silent"], { stdio: "ignore" })
    fs.rmSync(unpacked, { recursive: true })
  }
  fs.rmSync(staging, { recursive: true })
}
