import { defineConfig } from "vitest/config"

// The pages: their programs are compiled and run, many of them as processes of their own, and their drawings are drawn anew.
export default defineConfig({
  test: { testTimeout: 120_000, hookTimeout: 120_000, include: ["test/docs*.test.ts", "test/exports.test.ts"] }
})
