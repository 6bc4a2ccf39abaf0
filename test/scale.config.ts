import { defineConfig } from "vitest/config"

// What takes many sessions, many runs of one, processes of their own or very large replies, one after the other: most of it is waiting, and some of
// it is memory.
export default defineConfig({
  test: {
    testTimeout: 120_000,
    fileParallelism: false,
    include: ["test/scale/*.test.ts"]
  }
})
