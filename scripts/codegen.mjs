// Writes packages/*/src/index.ts: one `export * as X from "./X.ts"` for each public module X.ts, under that module's own
// doc comment. A module that loads an optional peer is left out, since the barrel must load without one.
// With --check it writes nothing and fails when a barrel is not current.
import * as fs from "node:fs"
import { join, relative, resolve } from "node:path"

const root = resolve(import.meta.dirname, "..")
const check = process.argv.includes("--check")

/**
 * The comment that opens a module: first in the file and not directly above a declaration, which it would document.
 *
 * @param {string} source
 */
const moduleComment = (source) => /^\/\*\*[\s\S]*?\*\/\r?\n(?=\r?\n|import\b)/.exec(source)?.[0].trimEnd()

/**
 * @param {string} source
 * @param {ReadonlyArray<string>} names
 */
const loadsOneOf = (source, names) =>
  [...source.matchAll(/^import (?!type\b)[^"]*"([^"]+)"/gm)].some(
    ([, name]) => name !== undefined && names.includes(name)
  )

/**
 * @param {string} directory
 * @param {ReadonlyArray<string>} optionalPeers
 */
const barrel = (directory, optionalPeers) =>
  fs
    .readdirSync(directory)
    .filter((file) => /^[A-Z].*\.ts$/.test(file))
    .toSorted()
    .map((file) => ({ file, source: fs.readFileSync(join(directory, file), "utf8") }))
    .filter(({ source }) => !loadsOneOf(source, optionalPeers))
    .map(({ file, source }) => {
      const comment = moduleComment(source)
      const line = `export * as ${file.slice(0, -".ts".length)} from "./${file}"\n`
      return comment === undefined ? line : `${comment}\n${line}`
    })
    .join("\n")

let stale = 0
let barrels = 0
for (const name of fs.readdirSync(join(root, "packages"))) {
  const manifest = JSON.parse(fs.readFileSync(join(root, "packages", name, "package.json"), "utf8"))
  if (manifest.exports["."] === undefined) continue
  const directory = join(root, "packages", name, "src")
  const path = join(directory, "index.ts")
  const wanted = barrel(directory, Object.keys(manifest.peerDependenciesMeta ?? {}))
  const found = fs.existsSync(path) ? fs.readFileSync(path, "utf8") : ""
  barrels += 1
  if (found === wanted) continue
  stale += 1
  if (check) {
    console.error(`${relative(root, path)} is not current: run the script "codegen"`)
  } else {
    fs.writeFileSync(path, wanted)
    console.log(`wrote ${relative(root, path)}`)
  }
}
if (barrels === 0) throw new Error("no package has a barrel")
if (check) {
  console.log(`codegen: ${barrels - stale} of ${barrels} barrels are current`)
  process.exitCode = stale === 0 ? 0 : 1
}
