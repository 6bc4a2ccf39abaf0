// Draws the pictures of docs/images and docs/state-machine.md from the code's own transitions, schedules, types and imports, and
// from runs on a virtual clock. With --check it writes nothing and fails when one of them is not current.
import { Effect } from "effect"
import * as fs from "node:fs"
import { dirname, resolve } from "node:path"
import * as dataFlow from "./drawings/dataFlow.ts"
import * as fleet from "./drawings/fleet.ts"
import * as layers from "./drawings/layers.ts"
import * as overview from "./drawings/overview.ts"
import * as sentAgain from "./drawings/sentAgain.ts"
import * as sequence from "./drawings/sequence.ts"
import * as stateMachine from "./drawings/stateMachine.ts"
import * as stateTable from "./drawings/stateTable.ts"
import * as timeline from "./drawings/timeline.ts"
import * as trace from "./drawings/trace.ts"

const root = resolve(import.meta.dirname, "..")
const check = process.argv.includes("--check")

const drawings: Readonly<Record<string, string>> = {
  "docs/images/data-flow.svg": dataFlow.draw(),
  "docs/images/fleet.svg": await Effect.runPromise(fleet.draw),
  "docs/images/layers.svg": layers.draw(),
  "docs/images/overview.svg": await Effect.runPromise(overview.draw),
  "docs/images/sent-again.svg": sentAgain.draw(),
  "docs/images/sequence.svg": await Effect.runPromise(sequence.draw),
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
