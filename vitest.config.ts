import { defineConfig } from "vitest/config"
import type { TestSpecification } from "vitest/node"
import { BaseSequencer } from "vitest/node"

// What takes longest begins first, so that no worker is left alone with it at the end.
const longest = ["model", "start", "interleaving", "budget", "process", "lifetime", "fuzz", "explore", "policies"]

const rank = ({ moduleId }: TestSpecification): number => {
  const index = longest.findIndex((name) => moduleId.endsWith(`${name}.test.ts`))
  return index === -1 ? longest.length : index
}

class LongestFirst extends BaseSequencer {
  override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
    // oxlint-disable-next-line unicorn/no-array-sort -- it is no array that is sorted here
    const sorted = await super.sort(files)
    return sorted.toSorted((one, other) => rank(one) - rank(other))
  }
}

export default defineConfig({
  test: {
    // A guard against a hang, not a measure of speed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One worker reads each module once for all of its files, which would be a third of all the work otherwise.
    isolate: false,
    // The default leaves one core out, of a machine that may have two.
    maxWorkers: "100%",
    sequence: { sequencer: LongestFirst },
    include: ["test/**/*.test.ts"],
    benchmark: { include: ["test/bench/**/*.bench.ts"] }
  }
})
