// Compiles the sources of core and platform against Effect 4, in a folder outside of this repository, and counts what is in the way:
// the numbers of docs/effect-4.md. Not part of CI, since it is about what is not promised yet.
import { execFileSync, spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"

const root = resolve(import.meta.dirname, "..")
const measured = ["core", "platform"]
const readJson = (path: string) => JSON.parse(fs.readFileSync(path, "utf8"))
const installed = (name: string): string => readJson(join(root, "node_modules", name, "package.json")).version

const folder = fs.mkdtempSync(join(tmpdir(), "clickatell-effect-4-"))
const hosts = ["fast-xml-parser", "undici", "typescript", "@types/node"]
fs.writeFileSync(
  join(folder, "package.json"),
  JSON.stringify({
    private: true,
    type: "module",
    dependencies: { effect: "^4", ...Object.fromEntries(hosts.map((name) => [name, installed(name)])) }
  })
)
execFileSync("npm", ["install", "--no-audit", "--no-fund", "--silent"], { cwd: folder, stdio: "inherit" })

for (const name of measured) fs.cpSync(join(root, "packages", name, "src"), join(folder, name), { recursive: true })
fs.writeFileSync(
  join(folder, "tsconfig.json"),
  JSON.stringify({
    extends: join(root, "tsconfig.base.json"),
    compilerOptions: {
      noEmit: true,
      composite: false,
      incremental: false,
      declaration: false,
      declarationMap: false,
      rewriteRelativeImportExtensions: false,
      // As their sources are: the packages themselves are built for Effect 3.
      paths: { "@effect-clickatell/core": ["./core/index.ts"], "@effect-clickatell/core/*": ["./core/*.ts"] },
      typeRoots: [join(folder, "node_modules/@types")],
      types: ["node"]
    },
    include: measured
  })
)

interface Trouble {
  readonly file: string
  readonly code: string
  readonly text: string
}

const { stdout } = spawnSync(process.execPath, ["node_modules/typescript/bin/tsc", "-p", ".", "--pretty", "false"], {
  cwd: folder,
  encoding: "utf8",
  maxBuffer: 2 ** 26
})
const troubles: ReadonlyArray<Trouble> = Array.from(
  stdout.matchAll(/^([^\s(][^(\n]*)\(\d+,\d+\): error (TS\d+): (.*)$/gm),
  ([, file = "", code = "", text = ""]) => ({ file, code, text })
)

/** How often each is there, the most frequent first. */
const count = (words: ReadonlyArray<string>): ReadonlyArray<readonly [string, number]> =>
  [...new Set(words)]
    .map((word) => [word, words.filter((other) => other === word).length] as const)
    .toSorted(([, one], [, other]) => other - one)

const print = (title: string, words: ReadonlyArray<string>) => {
  console.log(`\n${title}`)
  for (const [word, times] of count(words)) console.log(`${String(times).padStart(5)}  ${word}`)
}

console.log(
  `effect ${readJson(join(folder, "node_modules/effect/package.json")).version}, typescript ${installed("typescript")}`
)
for (const name of measured) {
  const own = troubles.filter(({ file }) => file.startsWith(`${name}/`))
  console.log(`\n${name}: ${own.length} errors in ${new Set(own.map(({ file }) => file)).size} files`)
  print(
    "by kind",
    own.map(({ code }) => code)
  )
  print(
    "modules that are not there",
    own.flatMap(({ text }) => /Cannot find module '([^']+)'/.exec(text)?.[1] ?? [])
  )
  print(
    "members that are not there",
    own.flatMap(({ text }) => {
      const [, member, type] = /Property '(\w+)' does not exist on type '([^']+)'/.exec(text) ?? []
      const [, namespace, exported] = /Namespace '"([^"]+)"' has no exported member '(\w+)'/.exec(text) ?? []
      if (exported !== undefined) return `${namespace?.replace(/.*node_modules\//, "")}: ${exported}`
      return member === undefined ? [] : `${type?.replace(/.*node_modules\//, "").slice(0, 60)}: ${member}`
    })
  )
}
fs.rmSync(folder, { recursive: true, force: true })
