// docs/start.md, typed; the packages are those of the checkout. `npx pnpm test:dist` installs their tarballs, as the page says.
import { it } from "@effect/vitest"
import { Effect } from "effect"
import * as fs from "node:fs"
import { follow } from "./follow.mjs"
import { programFolder } from "./programFolder.ts"

const page = fs.readFileSync(new URL("../docs/start.md", import.meta.url), "utf8")

it.scopedLive("docs/start.md is true from the emulator on", () =>
  Effect.flatMap(programFolder, (program) =>
    Effect.promise(() => follow(page, "## Start the emulator", { start: program, program }))
  )
)
