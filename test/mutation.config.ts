import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"
import { orderedBy } from "./sequence.ts"

// The packages of a sandbox are the mutated ones, and those that its node_modules link to are not.
const source = fileURLToPath(new URL("../packages/", import.meta.url))

// From the quickest to the slowest, so that a mutant which a quick test notices is not shown to the slow ones. Those that take
// seconds (crowds, budgets over hours, policies without end) are left to the suite: each would be paid for by every mutant.
const files = [
  ["machine.acquiring", "machine.authenticating", "machine.using", "machine.ending", "budget", "Retry"],
  ["Session.transport", "Session.status", "Session.telemetry", "Session.logs", "Session.time", "Session.events"],
  [
    "Session.config",
    "KeepAlive.renewal",
    "KeepAlive.defect",
    "KeepAlive.pace",
    "Session.generation",
    "Session.closing"
  ],
  ["Session.policies", "KeepAlive.outage", "Session.rejected", "Session.provider", "Session.replay", "Session.telling"],
  ["Session.provenance", "Session.reset", "Session.sharing"]
].flat()

export default defineConfig({
  resolve: {
    alias: [{ find: /^@effect-clickatell\/(\w+)\/(\w+)$/, replacement: `${source}$1/src/$2.ts` }]
  },
  test: {
    // Modules are read once and not for each mutant.
    isolate: false,
    sequence: { sequencer: orderedBy((path) => files.findIndex((file) => path.endsWith(`/${file}.test.ts`))) },
    // Not the exploration, which takes seconds for each mutant and asserts what the machine's own tests do.
    include: files.map((file) => `test/core/${file}.test.ts`)
  }
})
