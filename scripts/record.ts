// Records `npx pnpm start` as docs/images/start.svg: what a run prints, when it prints it. It takes as long as the run.
import { spawn } from "node:child_process"
import * as fs from "node:fs"
import { resolve } from "node:path"
import { createInterface } from "node:readline"
import type { Line } from "./drawings/recording.ts"
import * as recording from "./drawings/recording.ts"

const root = resolve(import.meta.dirname, "..")
const image = resolve(root, "docs/images/start.svg")

// Without credentials, so that it is the emulator whose answers are shown.
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith("CLICKATELL_") && name !== "NO_COLOR")
)

const child = spawn(process.execPath, ["--import", "tsx", "scripts/start.ts"], {
  cwd: root,
  env: { ...environment, FORCE_COLOR: "1" },
  stdio: ["ignore", "pipe", "inherit"]
})
const code = new Promise<number | null>((resolve) => child.once("close", resolve))

const lines: Array<Line> = []
let begin: number | undefined
for await (const text of createInterface(child.stdout)) {
  const now = performance.now()
  begin ??= now
  lines.push({ at: Math.round(now - begin), text })
}

if ((await code) !== 0) throw new Error("the run did not end well, and so nothing is recorded")
const drawn = recording.draw("npx pnpm start", lines)
fs.writeFileSync(image, drawn)
console.log(`wrote docs/images/start.svg: ${lines.length} lines, ${Math.round(drawn.length / 1024)} KiB`)
