import { defineConfig } from "vitest/config"

// The emulator's page in headless Chromium.
export default defineConfig({
  test: { testTimeout: 120_000, include: ["test/browser/**/*.test.ts"] }
})
