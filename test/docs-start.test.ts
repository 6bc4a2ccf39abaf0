// What docs/start.md and README.md tell a person to type, typed; the packages are those of the checkout. Their tarballs are
// installed, as the page says, by `npx pnpm test:dist`.
import { assert, describe, it } from "@effect/vitest"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { EmulatorServer } from "@effect-clickatell/testing/EmulatorServer"
import * as Server from "@effect-clickatell/testing/EmulatorServer"
import { Effect, Layer } from "effect"
import { buildSync } from "esbuild"
import * as fs from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { blocksOf, follow } from "./follow.mjs"
import { cli, startProgram } from "./cli/process.ts"
import { temporaryFolder } from "./interop/support.ts"

const root = new URL("../", import.meta.url)
const packages = ["core", "platform"]
const others = ["effect", "@effect", "fast-xml-parser"]
const read = (page: string) => fs.readFileSync(new URL(page, root), "utf8")

/** A folder in which the packages and the command line are installed. */
const programFolder = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const modules = join(folder, "node_modules")
  fs.mkdirSync(join(modules, ".bin"), { recursive: true })
  for (const name of others) fs.symlinkSync(fileURLToPath(new URL(`node_modules/${name}`, root)), join(modules, name))
  buildSync({
    absWorkingDir: fileURLToPath(root),
    entryPoints: packages.map((name) => ({ in: `packages/${name}/src/index.ts`, out: `${name}/index` })),
    outdir: join(modules, "@effect-clickatell"),
    bundle: true,
    splitting: true,
    format: "esm",
    external: others.flatMap((name) => [name, `${name}/*`])
  })
  for (const name of packages)
    fs.writeFileSync(join(modules, "@effect-clickatell", name, "package.json"), `{ "type": "module", "main": "index.js" }`)
  fs.writeFileSync(join(modules, "@effect-clickatell/package.json"), `{ "type": "module" }`)
  fs.writeFileSync(join(modules, ".bin/clickatell-ping"), `#!/bin/sh\nexec node ${cli()} "$@"\n`, { mode: 0o755 })
  return folder
})

it.scopedLive("docs/start.md is true from the emulator on", () =>
  Effect.gen(function* () {
    const program = yield* programFolder
    yield* Effect.promise(() => follow(read("docs/start.md"), "## Start the emulator", { start: program, program }))
  })
)

describe("the program in README.md", () => {
  const run = (env: Readonly<Record<string, string>>) =>
    Effect.gen(function* () {
      const folder = yield* programFolder
      const [{ text } = { text: "" }] = blocksOf(read("README.md"), "## Use it")
      fs.writeFileSync(join(folder, "main.mjs"), text)
      return yield* (yield* startProgram("node", [join(folder, "main.mjs")], env)).ended
    })

  it.scopedLive("runs as it stands", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* EmulatorServer
      const { code, stdout } = yield* run({
        CLICKATELL_API_ID: "123456",
        CLICKATELL_USER: "demo",
        CLICKATELL_PASSWORD: "demo",
        CLICKATELL_ENDPOINT: endpoint("document-literal")
      })
      assert.match(stdout, /message="the session is alive"\n$/)
      assert.strictEqual(code, 0)
      const { log } = yield* Emulator.Emulator
      assert.deepStrictEqual(
        (yield* log).map(({ operation, outcome }) => `${operation} ${outcome}`),
        ["auth OK", "ping OK"]
      )
    }).pipe(Effect.provide(Layer.provideMerge(Server.layer(), Emulator.layer())))
  )

  it.scopedLive("names the variables that are not set", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* run({ CLICKATELL_USER: "demo" })
      assert.strictEqual(
        stderr,
        "auth: CredentialsUnavailable: CLICKATELL_API_ID and CLICKATELL_PASSWORD are not set, so nothing was sent: set them\n"
      )
      assert.strictEqual(code, 1)
    })
  )
})
