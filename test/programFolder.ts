import type { Scope } from "effect"
import { Effect } from "effect"
import { buildSync } from "esbuild"
import * as fs from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { cli } from "./cli/process.ts"
import { temporaryFolder } from "./interop/support.ts"

const root = new URL("../", import.meta.url)
const packages = ["core", "platform"]
const others = ["effect", "@effect", "fast-xml-parser"]

/** A folder for a program, in which the packages of this checkout and the command line are installed. */
export const programFolder: Effect.Effect<string, never, Scope.Scope> = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const modules = join(folder, "node_modules")
  const ours = join(modules, "@effect-clickatell")
  buildSync({
    absWorkingDir: fileURLToPath(root),
    entryPoints: packages.map((name) => ({ in: `packages/${name}/src/index.ts`, out: `${name}/index` })),
    outdir: ours,
    bundle: true,
    splitting: true,
    format: "esm",
    external: others.flatMap((name) => [name, `${name}/*`])
  })
  for (const path of ["", ...packages])
    fs.writeFileSync(join(ours, path, "package.json"), `{ "type": "module", "exports": "./index.js" }`)
  for (const name of others) fs.symlinkSync(fileURLToPath(new URL(`node_modules/${name}`, root)), join(modules, name))
  fs.mkdirSync(join(modules, ".bin"))
  fs.writeFileSync(join(modules, ".bin/clickatell-ping"), `#!/bin/sh\nexec node ${cli()} "$@"\n`, { mode: 0o755 })
  return folder
})
