// Draws docs/images/*.svg from the code's own transitions and default schedules. With --check it writes nothing and fails
// when a picture is not current.
import { Effect } from "effect"
import * as fs from "node:fs"
import { relative, resolve } from "node:path"
import * as stateMachine from "./drawings/stateMachine.ts"
import * as timeline from "./drawings/timeline.ts"

const root = resolve(import.meta.dirname, "..")
const folder = resolve(root, "docs/images")
const check = process.argv.includes("--check")

const pictures: Readonly<Record<string, string>> = {
  "state-machine.svg": stateMachine.draw(),
  "timeline.svg": await Effect.runPromise(timeline.draw)
}

for (const [file, wanted] of Object.entries(pictures)) {
  const path = resolve(folder, file)
  const found = fs.existsSync(path) ? fs.readFileSync(path, "utf8") : ""
  if (found === wanted) {
    console.log(`${relative(root, path)} is current`)
  } else if (check) {
    console.error(`${relative(root, path)} is not current: run the script "draw"`)
    process.exitCode = 1
  } else {
    fs.mkdirSync(folder, { recursive: true })
    fs.writeFileSync(path, wanted)
    console.log(`wrote ${relative(root, path)}`)
  }
}
