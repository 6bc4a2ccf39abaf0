import { defineConfig } from "vitest/config"

// Fleets of processes over lives of a minute. Most of it is waiting.
export default defineConfig({
  test: {
    testTimeout: 180_000,
    isolate: false,
    maxWorkers: 8,
    include: ["test/redis/fleet*.test.ts"]
  }
})
