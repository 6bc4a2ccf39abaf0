import type { TestSpecification } from "vitest/node"
import { BaseSequencer } from "vitest/node"

type Sequencer = new (...args: ConstructorParameters<typeof BaseSequencer>) => BaseSequencer

/** Orders test files by a rank, the lowest first, and otherwise as vitest does. */
export const orderedBy = (rank: (file: string) => number): Sequencer =>
  class extends BaseSequencer {
    override async sort(files: Array<TestSpecification>): Promise<Array<TestSpecification>> {
      // oxlint-disable-next-line unicorn/no-array-sort -- it is no array that is sorted here
      const sorted = await super.sort(files)
      // oxlint-disable-next-line unicorn/no-array-sort -- `toSorted` is not in the library that the tests are compiled with
      return [...sorted].sort((one, other) => rank(one.moduleId) - rank(other.moduleId))
    }
  }
