import type { TestSpecification } from "vitest/node"
import { BaseSequencer } from "vitest/node"

/** Orders test files by a rank, the lowest first, and otherwise as vitest does. */
export const orderedBy = (rank: (file: string) => number) =>
  class extends BaseSequencer {
    override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
      // oxlint-disable-next-line unicorn/no-array-sort -- it is no array that is sorted here
      const sorted = await super.sort(files)
      return sorted.toSorted((one, other) => rank(one.moduleId) - rank(other.moduleId))
    }
  }
