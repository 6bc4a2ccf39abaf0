import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"
import { orderedBy } from "./sequence.ts"

// The packages of a sandbox are the mutated ones, and those that its node_modules link to are not.
const source = fileURLToPath(new URL("../packages/", import.meta.url))

const quick = /\/(?:machine\.\w+|budget|Retry)\.test\.ts$/
const slow = /(?:KeepAlive\.policies|Session\.(?:budget|lifetime|login|sharing|reset))\.test\.ts$/

export default defineConfig({
  resolve: {
    alias: [{ find: /^@effect-clickatell\/(\w+)\/(\w+)$/, replacement: `${source}$1/src/$2.ts` }]
  },
  test: {
    // Modules are read once and not for each mutant.
    isolate: false,
    // A mutant that a quick test notices is not shown to the slow ones.
    sequence: { sequencer: orderedBy((file) => (slow.test(file) ? 2 : quick.test(file) ? 0 : 1)) },
    // Not the exploration, which takes seconds for each mutant and asserts what the machine's own tests do.
    include: ["test/core/{Session.*,KeepAlive*,Retry*,budget,machine.{acquiring,authenticating,using,ending}}.test.ts"]
  }
})
