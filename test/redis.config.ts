import { defineConfig } from "vitest/config"

// What needs a real Redis, and no fleet of processes on it.
export default defineConfig({
  test: {
    testTimeout: 120_000,
    isolate: false,
    include: ["test/redis/*.test.ts"],
    exclude: ["test/redis/fleet*.test.ts"]
  }
})
