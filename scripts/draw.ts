// Draws docs/images/*.svg and docs/state-machine.md from the code's own transitions and default schedules. With --check it
// writes nothing and fails when one of them is not current.
import { Effect } from "effect"
import * as fs from "node:fs"
import { dirname, resolve } from "node:path"
import * as fleet from "./drawings/fleet.ts"
import * as stateMachine from "./drawings/stateMachine.ts"
import * as stateTable from "./drawings/stateTable.ts"
import * as timeline from "./drawings/timeline.ts"
import * as trace from "./drawings/trace.ts"

const root = resolve(import.meta.dirname, "..")
const check = process.argv.includes("--check")

const drawings: Readonly<Record<string, string>> = {
  "docs/images/fleet.svg": await Effect.runPromise(fleet.draw),
  "docs/images/state-machine.svg": stateMachine.draw(),
  "docs/images/timeline.svg": await Effect.runPromise(timeline.draw),
  "docs/images/trace.svg": await Effect.runPromise(trace.draw),
  "docs/state-machine.md": stateTable.draw()
}

for (const [file, wanted] of Object.entries(drawings)) {
  const path = resolve(root, file)
  const found = fs.existsSync(path) ? fs.readFileSync(path, "utf8") : ""
  if (found === wanted) {
    console.log(`${file} is current`)
  } else if (check) {
    console.error(`${file} is not current: run the script "draw"`)
    process.exitCode = 1
  } else {
    fs.mkdirSync(dirname(path), { recursive: true })
    fs.writeFileSync(path, wanted)
    console.log(`wrote ${file}`)
  }
}
