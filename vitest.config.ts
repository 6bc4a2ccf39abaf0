import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    // A guard against a hang, not a measure of speed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One worker reads each module once for all of its files, which would be a third of all the work otherwise.
    isolate: false,
    // The default leaves one core out, of a machine that may have two.
    maxWorkers: "100%",
    include: ["test/**/*.test.ts"],
    benchmark: { include: ["test/bench/**/*.bench.ts"] }
  }
})
