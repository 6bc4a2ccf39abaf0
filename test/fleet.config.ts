import { defineConfig } from "vitest/config"

// What needs a real Redis, fleets of processes over lives of a minute among it: nearly all of it is waiting.
export default defineConfig({
  test: {
    testTimeout: 180_000,
    isolate: false,
    maxWorkers: 8,
    include: ["test/redis/**/*.test.ts"]
  }
})
