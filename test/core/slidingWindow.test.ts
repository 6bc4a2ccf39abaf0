import { assert, it } from "@effect/vitest"
import { Clock } from "effect"
import { SlidingWindow } from "../../packages/core/src/internal/session/slidingWindow.ts"

// In milliseconds as binary fractions, most of these moments and those of a second later are less than a second apart.
it.each([0n, 1n, 64_944_567_789n, 130_220_592_541n, 4_193_449_170_882n])(
  "a second from nanosecond %d on there is room for so many again, and for no more",
  (moment) => {
    let now = 0n
    const window = new SlidingWindow(2, 1000, { ...Clock.make(), unsafeCurrentTimeNanos: () => now })
    const after = (nanoseconds: bigint) => {
      now += nanoseconds
      return Array.from({ length: 5 }, () => window.take()).filter((wait) => wait === 0).length
    }
    assert.strictEqual(after(moment), 2)
    assert.strictEqual(after(999_999_999n), 0)
    const inTime = after(1n)
    assert.strictEqual(inTime + after(1_000_000n), 2)
  }
)
