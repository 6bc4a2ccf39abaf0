// Packs the packages and publishes them, core first, since the others ask for it. With --dry-run nothing is sent and no registry is
// asked; what would stop a release is then told and not an error.
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { obstaclesOf } from "./packing/obstacles.mjs"
import { pack, packageNames, tarballOf } from "./packing/tarballs.mjs"

const root = resolve(import.meta.dirname, "..")
const isDry = process.argv.includes("--dry-run")
const readJson = (/** @type {string} */ file) => JSON.parse(fs.readFileSync(join(root, file), "utf8"))

const { version } = readJson("packages/core/package.json")
const changes = fs.readFileSync(join(root, "CHANGELOG.md"), "utf8")
const obstacles = obstaclesOf(readJson("package.json"), process.env, changes, version)
for (const obstacle of obstacles) console.error(`release: ${obstacle}`)
if (obstacles.length > 0 && !isDry) process.exit(1)

const folder = fs.mkdtempSync(join(tmpdir(), "clickatell-release-"))
pack(folder)
// Nobody listens at that port.
const how = isDry ? ["--dry-run", "--registry=http://127.0.0.1:9/", "--fetch-retries=0"] : ["--provenance"]
for (const name of packageNames.toSorted((one, other) => Number(other === "core") - Number(one === "core"))) {
  execFileSync("npm", ["publish", tarballOf(folder, name), "--access", "public", "--loglevel", "warn", ...how], {
    stdio: "inherit"
  })
}
fs.rmSync(folder, { recursive: true })
console.log(`release: ${packageNames.length} packages of ${version}${isDry ? ", none of them sent" : ""}`)
