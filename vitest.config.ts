import { defineConfig } from "vitest/config"
import { orderedBy } from "./test/sequence.ts"

const longest = /\b(?:model|start|interleaving|budget|process|accounts|lifetime|fuzz|explore|policies)\.test\.ts$/

export default defineConfig({
  test: {
    // A guard against a hang, not a measure of speed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One worker reads each module once for all of its files, which would be a third of all the work otherwise.
    isolate: false,
    // The default leaves one core out, of a machine that may have two.
    maxWorkers: "100%",
    // What takes longest begins first, so that no worker is left alone with it at the end.
    sequence: { sequencer: orderedBy((file) => (longest.test(file) ? 0 : 1)) },
    include: ["test/**/*.test.ts"]
  }
})
