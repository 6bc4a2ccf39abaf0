import { defineConfig } from "vitest/config"

// Fleets of processes over lives of a minute. Nearly all of it is waiting, so that all files run at once.
export default defineConfig({
  test: {
    testTimeout: 180_000,
    isolate: false,
    maxWorkers: 8,
    include: ["test/redis/fleet.*.test.ts"]
  }
})
