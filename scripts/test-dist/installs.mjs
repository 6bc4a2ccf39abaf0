// The lines that `pack-all` prints, typed in an empty folder with each package manager.
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { installing } from "../packing/installing.mjs"
import { pnpm } from "../packing/tarballs.mjs"

const program = `import { KeepAlive, Session } from "@effect-clickatell/core"
import { HttpTransport } from "@effect-clickatell/platform"
import { Effect, Layer } from "effect"

const Clickatell = KeepAlive.layer().pipe(
  Layer.provideMerge(Session.layer({ credentials: Effect.never })),
  Layer.provide(HttpTransport.layerFetch())
)
const status = Effect.flatMap(Session.Session, (session) => session.status)
console.log((await Effect.runPromise(Effect.provide(status, Clickatell))).state)
`

/** @type {Record<string, (folder: string, args: ReadonlyArray<string>) => void>} */
const managers = {
  npm: (cwd, args) => void execFileSync("npm", [...args, "--no-audit", "--no-fund"], { cwd, stdio: "ignore" }),
  pnpm: (folder, args) => pnpm(folder, args, "ignore"),
  yarn: (cwd, args) => void execFileSync("npx", ["--yes", "yarn@1.22.22", ...args], { cwd, stdio: "ignore" })
}

/** Installs the tarballs of a folder with every package manager, and runs a program there. */
export const testInstalls = (/** @type {string} */ tarballs) => {
  for (const [manager, args] of Object.entries(installing(tarballs))) {
    const folder = fs.mkdtempSync(join(tmpdir(), `clickatell-${manager}-`))
    fs.writeFileSync(join(folder, "package.json"), '{ "private": true }')
    managers[manager]?.(folder, args)
    fs.writeFileSync(join(folder, "main.mjs"), program)
    const status = execFileSync(process.execPath, ["main.mjs"], { cwd: folder, encoding: "utf8" }).trim()
    if (status !== "Idle") throw new Error(`${manager}: the program says ${status}`)
    console.log(`${manager} ${args[0]} …: installed, and a program runs`)
    fs.rmSync(folder, { recursive: true })
  }
}
