// Runs the tests on the lowest, or on the newest, release of everything that the packages leave to their users, in a copy of this
// repository: here the versions stay those of the lockfile.
import * as DateTime from "effect/DateTime"
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join, relative, resolve } from "node:path"
import { catalog, lowest, withOverrides } from "./packing/ranges.ts"
import { pnpm } from "./packing/tarballs.mjs"

const root = resolve(import.meta.dirname, "..")
const end = process.argv[2]
if (end !== "lowest" && end !== "newest") throw new Error("say lowest or newest")

const readJson = (path: string) => JSON.parse(fs.readFileSync(path, "utf8"))

/** What npm would install today, but for releases that pnpm still holds back here. */
const newest = (ranges: Readonly<Record<string, string>>): Readonly<Record<string, string>> => {
  const folder = fs.mkdtempSync(join(tmpdir(), "clickatell-resolved-"))
  fs.writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, dependencies: ranges }))
  const before = DateTime.formatIso(DateTime.subtract(DateTime.unsafeNow(), { days: 2 }))
  execFileSync("npm", ["install", "--package-lock-only", "--no-audit", "--no-fund", `--before=${before}`], {
    cwd: folder,
    stdio: "inherit"
  })
  const { packages } = readJson(join(folder, "package-lock.json"))
  fs.rmSync(folder, { recursive: true })
  return Object.fromEntries(Object.keys(ranges).map((name) => [name, packages[`node_modules/${name}`].version]))
}

const workspace = fs.readFileSync(join(root, "pnpm-workspace.yaml"), "utf8")
const ranges = catalog(workspace, "public")
const versions =
  end === "newest"
    ? newest(ranges)
    : Object.fromEntries(Object.entries(ranges).map(([name, range]) => [name, lowest(range)]))
const said = Object.entries(versions)
  .map((version) => version.join(" "))
  .join(", ")

if (
  Object.entries(versions).every(
    ([name, version]) => readJson(join(root, "node_modules", name, "package.json")).version === version
  )
) {
  console.log(`the ${end} are what everything here is tested with: ${said}`)
} else {
  const copy = fs.mkdtempSync(join(tmpdir(), `clickatell-${end}-`))
  const left = /(?:^|\/)(?:node_modules|dist|\.git|coverage|reports|tarballs|\.stryker-tmp|\.html)$/
  fs.cpSync(root, copy, { recursive: true, filter: (path) => !left.test(relative(root, path)) })
  // The tools of this repository ask for the versions that it has.
  const lenient = workspace.replace("strictPeerDependencies: true", "strictPeerDependencies: false")
  fs.writeFileSync(join(copy, "pnpm-workspace.yaml"), withOverrides(lenient, versions))
  pnpm(copy, ["install", "--no-frozen-lockfile"])
  const installed = (name: string): string => readJson(join(copy, "node_modules", name, "package.json")).version
  for (const [name, version] of Object.entries(versions)) {
    if (installed(name) !== version) throw new Error(`${name} is ${installed(name)}, not ${version}`)
  }
  pnpm(copy, ["test"])
  console.log(`the tests pass on the ${end}: ${said}`)
  fs.rmSync(copy, { recursive: true, force: true })
}
