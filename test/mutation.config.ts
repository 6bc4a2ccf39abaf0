import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"
import { orderedBy } from "./sequence.ts"

// The packages of a sandbox are the mutated ones, and those that its node_modules link to are not.
const source = fileURLToPath(new URL("../packages/", import.meta.url))

// From the quickest to the slowest, so that a mutant which a quick test notices is not shown to the slow ones. Left to the suite
// are the exploration and the model, and files that were never the first to notice one: they say again, in many rounds or as a
// story, what the tests here say one by one.
const files = [
  [
    "outcome",
    "machine.acquiring",
    "machine.authenticating",
    "machine.using",
    "machine.ending",
    "budget",
    "flights",
    "queue",
    "line",
    "budgets",
    "Setting",
    "guard",
    "cell",
    "scheduler",
    "turnstile",
    "Limit",
    "provider",
    "fingerprint",
    "log",
    "trouble"
  ],
  ["Retry", "KeepAlive.words", "Session.words", "Session.transport", "Session.status", "Session.telemetry"],
  ["Session.logs", "KeepAlive.defect", "KeepAlive.renewal", "Session.backoff", "Session.generation"],
  ["KeepAlive.outage", "Session.time", "Session.lifetime", "Session.config", "Session.events"],
  ["Session.login", "Session.policies", "Session.closing", "Session.telling"],
  ["Session.provider", "Session.sharing", "interleaving"],
  ["SessionMap", "SessionMap.races", "SessionMap.many"]
].flat()

export default defineConfig({
  resolve: {
    alias: [{ find: /^@effect-clickatell\/(\w+)\/(\w+)$/, replacement: `${source}$1/src/$2.ts` }]
  },
  test: {
    // A mutant for which a test waits in vain is noticed by this: the slowest of these tests takes a fifth of it.
    testTimeout: 2500,
    // Modules are read once and not for each mutant.
    isolate: false,
    sequence: { sequencer: orderedBy((path) => files.findIndex((file) => path.endsWith(`/${file}.test.ts`))) },
    include: files.map((file) => `test/core/${file}.test.ts`)
  }
})
