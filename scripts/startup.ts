// What it saves that the command line is one file: room on disk, the time until `--version`, and the memory for it, beside the same
// program with its dependencies installed.
import { execFileSync, spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { pack, tarballOf } from "./packing/tarballs.mjs"

const root = resolve(import.meta.dirname, "..")
const runs = 15
const readJson = (path: string) => JSON.parse(fs.readFileSync(path, "utf8"))

const folder = fs.mkdtempSync(join(tmpdir(), "clickatell-startup-"))
pack(folder)

const install = (name: string, dependencies: Readonly<Record<string, string>>): string => {
  const at = join(folder, name)
  fs.mkdirSync(at)
  fs.writeFileSync(join(at, "package.json"), JSON.stringify({ private: true, type: "module", dependencies }))
  execFileSync("npm", ["install", "--no-audit", "--no-fund", "--silent"], { cwd: at, stdio: "inherit" })
  return at
}
const tarball = (name: string) => `file:${tarballOf(folder, name)}`

const one = join(
  install("one", { "@effect-clickatell/cli": tarball("cli") }),
  "node_modules/@effect-clickatell/cli/dist/clickatell-ping.mjs"
)
const dependencies: ReadonlyArray<string> = Object.keys(
  readJson(join(root, "packages/cli/package.json")).devDependencies
).filter((name) => !name.startsWith("@types/"))
const many = install(
  "many",
  Object.fromEntries(
    dependencies.map((name) => [
      name,
      name.startsWith("@effect-clickatell/")
        ? tarball(name.slice("@effect-clickatell/".length))
        : readJson(join(root, "packages/cli/node_modules", name, "package.json")).version
    ])
  )
)
fs.cpSync(join(root, "packages/cli/dist"), join(many, "cli"), { recursive: true })

/** Of one start: milliseconds, and megabytes at most. */
const start = (file: string) => {
  const before = performance.now()
  const tell = `data:text/javascript,process.on("exit",()=>process.stderr.write(String(process.resourceUsage().maxRSS)))`
  const { stderr, status } = spawnSync(process.execPath, ["--import", tell, file, "--version"], { encoding: "utf8" })
  if (status !== 0) throw new Error(`${file} ends with ${status}: ${stderr}`)
  return { time: performance.now() - before, memory: Number(stderr) / 1000 }
}
const median = (numbers: ReadonlyArray<number>): number => numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? NaN
const sizeOf = (at: string): number =>
  fs
    .readdirSync(at, { recursive: true, withFileTypes: true })
    .reduce((sum, file) => sum + (file.isFile() ? fs.statSync(join(file.parentPath, file.name)).size : 0), 0) / 1e6

// In turns, so that whatever else the machine does falls on both.
const starts = Array.from({ length: runs }, () => ({ one: start(one), many: start(join(many, "cli/bin.js")) }))
const row = (name: string, ours: number, theirs: number, unit: string) =>
  console.log(
    `${name.padEnd(14)}${ours.toFixed(1)} ${unit} against ${theirs.toFixed(1)} ${unit}: ${(ours / theirs).toFixed(2)}`
  )

row("installed", sizeOf(join(folder, "one/node_modules")), sizeOf(join(many, "node_modules")), "MB")
for (const [name, key, unit] of [
  ["--version", "time", "ms"],
  ["memory", "memory", "MB"]
] as const) {
  row(name, median(starts.map(({ one }) => one[key])), median(starts.map(({ many }) => many[key])), unit)
}
fs.rmSync(folder, { recursive: true, force: true })
