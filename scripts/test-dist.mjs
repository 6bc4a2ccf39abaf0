// Packs every package and uses the tarballs as a stranger would: in an empty npm project outside the repository.
// There it lints the packages, compiles and runs docs/examples, imports every public module, those that need no optional peer
// without one, and fails to import private ones. The command line is installed alone and pings an emulator of its own, what the
// Dockerfile builds is built, docs/start.md is followed, and the tarballs are installed with each package manager.
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { hosts } from "./packing/hosts.mjs"
import { inspect } from "./packing/inspect.mjs"
import { pack, tarballOf, unpack } from "./packing/tarballs.mjs"
import { testCommand } from "./test-dist/command.mjs"
import { follow } from "../test/follow.mjs"
import { testInstalls } from "./test-dist/installs.mjs"

const root = resolve(import.meta.dirname, "..")
const bin = (/** @type {string} */ name) => join(root, "node_modules/.bin", name)
const readJson = (/** @type {string} */ path) => JSON.parse(fs.readFileSync(path, "utf8"))
const modulesIn = (/** @type {string} */ folder) =>
  fs.existsSync(folder)
    ? fs.readdirSync(folder).flatMap((file) => (/^\w+\.ts$/.test(file) ? [file.slice(0, -".ts".length)] : []))
    : []
const say = (/** @type {string} */ text) => console.log(`\n--- test:dist: ${text}`)

/**
 * @param {string} cwd
 * @param {string} command
 * @param {ReadonlyArray<string>} args
 */
const run = (cwd, command, ...args) => {
  console.log(`$ ${command.replace(bin(""), "")} ${args.join(" ")}`)
  execFileSync(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"], env: { ...process.env, CI: "true" } })
}

const consumer = fs.mkdtempSync(join(tmpdir(), "clickatell-dist-"))
const tarballs = join(consumer, "tarballs")
fs.mkdirSync(tarballs)

/** @type {Array<{ name: string, manifest: any, tarball: string, modules: Array<string>, internals: Array<string> }>} */
const packages = fs.readdirSync(join(root, "packages")).map((name) => {
  const directory = join(root, "packages", name)
  const manifest = readJson(join(directory, "package.json"))
  const library = manifest.exports["."] !== undefined
  return {
    name: manifest.name,
    manifest,
    tarball: tarballOf(tarballs, name),
    modules: library ? modulesIn(join(directory, "src")).filter((file) => /^[A-Z]/.test(file)) : [],
    internals: modulesIn(join(directory, "src/internal")).map((file) => `internal/${file}`)
  }
})

say("pack")
pack(tarballs)
for (const { name, tarball } of packages) {
  const unpacked = unpack(tarball, tarballs)
  const problems = inspect(unpacked)
  if (problems.length > 0) throw new Error(`${name}:\n${problems.join("\n")}`)
  fs.rmSync(unpacked, { recursive: true })
}

say("publint, attw")
for (const { tarball, modules } of packages) {
  run(root, bin("publint"), "--strict", tarball)
  if (modules.length === 0) continue // only a command: nothing to import
  const entrypoints = [".", ...modules.map((module) => `./${module}`)]
  run(root, bin("attw"), tarball, "--profile", "esm-only", "--format", "ascii", "--entrypoints", ...entrypoints)
}

say("install")
/** What this repository was tested with, so that the examples run against the same. */
const installed = (/** @type {string} */ name) => readJson(join(root, "node_modules", name, "package.json")).version
const optionalPeers = packages.flatMap(({ manifest }) => Object.keys(manifest.peerDependenciesMeta ?? {}))
fs.writeFileSync(
  join(consumer, "package.json"),
  JSON.stringify(
    {
      private: true,
      type: "module",
      dependencies: Object.fromEntries([
        ...[...hosts, ...optionalPeers, "typescript"].map((name) => [name, installed(name)]),
        ...packages.map(({ name, tarball }) => [name, `file:${tarball}`])
      ])
    },
    null,
    2
  )
)
run(consumer, "npm", "install", "--no-audit", "--no-fund", "--yes")
const copies = execFileSync("npm", ["ls", "effect", "--all", "--parseable"], { cwd: consumer, encoding: "utf8" })
if (new Set(copies.trim().split("\n")).size !== 1) throw new Error(`more than one copy of effect:\n${copies}`)

say("compile docs/examples")
fs.cpSync(join(root, "docs/examples"), join(consumer, "examples"), { recursive: true })
const examples = fs.readdirSync(join(consumer, "examples")).filter((file) => file.endsWith(".ts"))
if (examples.length === 0) throw new Error("there are no examples")
fs.writeFileSync(
  join(consumer, "tsconfig.json"),
  JSON.stringify({
    compilerOptions: {
      target: "ES2022",
      lib: ["ES2022", "DOM", "DOM.Iterable"],
      module: "NodeNext",
      types: ["node"],
      strict: true,
      exactOptionalPropertyTypes: true,
      skipLibCheck: false,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
      rootDir: "examples",
      outDir: "out"
    },
    include: ["examples"]
  })
)
run(consumer, process.execPath, "node_modules/typescript/bin/tsc", "-p", ".")

say("run docs/examples")
fs.writeFileSync(
  join(consumer, "run.mjs"),
  `import * as Effect from "effect/Effect"
const { program } = await import(process.argv[2])
if (!Effect.isEffect(program)) throw new Error("exports no program")
await Effect.runPromise(program)
process.exit(0)
`
)
for (const file of examples) run(consumer, process.execPath, "run.mjs", `./out/${file.replace(/\.ts$/, ".js")}`)

say("import every public module, and no private one")
fs.writeFileSync(
  join(consumer, "imports.mjs"),
  `const { open, closed } = ${JSON.stringify({
    open: packages.flatMap(({ name, modules }) =>
      modules.length === 0 ? [] : [name, ...modules.map((module) => `${name}/${module}`)]
    ),
    closed: packages.flatMap(({ name, internals, modules }) =>
      [...internals, "internal/any", ...(modules.length === 0 ? ["bin"] : ["index"])].map((path) => `${name}/${path}`)
    )
  })}
for (const path of open) {
  await import(path)
}
for (const path of closed) {
  const code = await import(path).then(() => "imported", (error) => error.code)
  if (code !== "ERR_PACKAGE_PATH_NOT_EXPORTED") throw new Error(path + ": " + code)
}
console.log(open.length + " public modules imported, " + closed.length + " private paths refused")
`
)
run(consumer, process.execPath, "imports.mjs")

say("import what needs no optional peer, where there is none")
const withPeer = packages.flatMap(({ manifest, name, modules }) => {
  const peers = Object.keys(manifest.peerDependenciesMeta ?? {})
  const loads = (/** @type {string} */ module) => {
    const source = fs.readFileSync(join(consumer, "node_modules", name, "dist", `${module}.js`), "utf8")
    return peers.some((peer) => source.includes(`from "${peer}"`))
  }
  return modules.filter(loads).map((module) => `${name}/${module}`)
})
if (optionalPeers.length > 0 && withPeer.length === 0) throw new Error("no module needs an optional peer")
fs.writeFileSync(
  join(consumer, "absent.mjs"),
  `const absent = ${JSON.stringify(optionalPeers)}
export const resolve = (specifier, context, next) => {
  // @effect/platform-node has undici among its own dependencies.
  if (!absent.includes(specifier) || context.parentURL?.includes("/@effect/platform-node/")) return next(specifier, context)
  throw Object.assign(new Error(specifier + " is not installed"), { code: "ERR_MODULE_NOT_FOUND" })
}
`
)
fs.writeFileSync(
  join(consumer, "without-peers.mjs"),
  `import { register } from "node:module"
register("./absent.mjs", import.meta.url)
const { free, bound } = ${JSON.stringify({
    free: packages
      .flatMap(({ name, modules }) =>
        modules.length === 0 ? [] : [name, ...modules.map((module) => `${name}/${module}`)]
      )
      .filter((path) => !withPeer.includes(path)),
    bound: withPeer
  })}
for (const path of free) await import(path)
for (const path of bound) {
  const code = await import(path).then(() => "imported", (error) => error.code)
  if (code !== "ERR_MODULE_NOT_FOUND") throw new Error(path + ": " + code)
}
console.log(free.length + " public modules need no optional peer, " + bound.length + " do")
`
)
run(consumer, process.execPath, "without-peers.mjs")

say("docs/start.md, typed")
const program = join(fs.mkdtempSync(join(tmpdir(), "clickatell-start-")), "my-program")
const page = fs.readFileSync(join(root, "docs/start.md"), "utf8")
await follow(page, "## Install them", { start: consumer, program, env: { CHECKOUT: consumer } })
fs.rmSync(resolve(program, ".."), { recursive: true })

say("the command line, alone")
for (const { manifest, tarball } of packages) {
  if (manifest.bin !== undefined) await testCommand(tarball, manifest.version)
}

say("the steps of the Dockerfile, without a container")
const dockerfile = fs.readFileSync(join(root, "packages/cli/Dockerfile"), "utf8")
const build = join(consumer, "build")
const filter = (/** @type {string} */ file) => !/\/(?:node_modules|dist)$/.test(file)
for (const path of [...dockerfile.matchAll(/^COPY (?!--)(.+) \S+$/gm)].flatMap(([, paths = ""]) => paths.split(" "))) {
  fs.cpSync(join(root, path), join(build, path), { recursive: true, filter })
}
for (const [, step = ""] of dockerfile.matchAll(/^RUN (.+)$/gm)) run(build, "sh", "-c", step)
run(build, process.execPath, "emulator.cjs", "emulate", "--help")

say("install with each package manager")
testInstalls(tarballs)

fs.rmSync(consumer, { recursive: true, force: true })
console.log(`\ntest:dist: ${packages.length} packages, ${examples.length} examples: all passed`)
