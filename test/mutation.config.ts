import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

// The packages of a sandbox are the mutated ones, and those that its node_modules link to are not.
const source = fileURLToPath(new URL("../packages/", import.meta.url))

export default defineConfig({
  resolve: {
    alias: [{ find: /^@effect-clickatell\/(\w+)\/(\w+)$/, replacement: `${source}$1/src/$2.ts` }]
  },
  test: {
    // Modules are read once and not for each mutant.
    isolate: false,
    // Not the exploration, which takes seconds for each mutant and asserts what the machine's own tests do.
    include: ["test/core/{Session.*,KeepAlive*,Retry*,budget,machine.{acquiring,authenticating,using,ending}}.test.ts"]
  }
})
