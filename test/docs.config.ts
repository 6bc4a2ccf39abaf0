import { defineConfig } from "vitest/config"

// The pages: their programs are compiled and run, many of them as processes of their own, their drawings are drawn anew, and what they
// say of the sources is compared with these.
export default defineConfig({
  test: { testTimeout: 120_000, hookTimeout: 120_000, include: ["test/{docs*,exports,imports,options}.test.ts"] }
})
