import { it as real } from "@effect/vitest"
import type { Scope } from "effect"
import { Effect } from "effect"
import type { TestAPI } from "vitest"
import * as VirtualTime from "./virtualTime.ts"

type Test = Effect.Effect<unknown, unknown, Scope.Scope>

const play = (test: Test): void => void VirtualTime.make("test").play(Effect.scoped(test))

const virtual = Object.assign((name: string, test: () => Test) => real(name, () => play(test())), {
  skipIf: (condition: boolean) => (name: string, test: () => Test) => real.skipIf(condition)(name, () => play(test())),
  each:
    <Case>(cases: ReadonlyArray<Case>) =>
    (name: string, test: (one: Case) => Test) =>
      real.for(cases)(name, (one) => play(test(one)))
})

/** `it.virtual` is like `it.scoped`, in a world of its own, where a virtual day costs no more than what is done in it. */
export const it: TestAPI & { readonly virtual: typeof virtual } = Object.assign(real.extend({}), { virtual })
