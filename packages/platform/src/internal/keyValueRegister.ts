import type { PlatformError } from "@effect/platform/Error"
import type { KeyValueStore } from "@effect/platform/KeyValueStore"
import type { Register } from "@effect-clickatell/core/SessionStore"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as turns from "./turns.ts"

type Change = Parameters<Register["replace"]>[1]

/** What is kept under a name, and until when by the clock of this process. */
interface Entry {
  readonly value: string
  readonly until: number
}

const print = ({ until, value }: Entry): string => `${until} ${value}`

/** A text that was not written here is a value as it stands, so that whoever reads it can say so and replace it. */
const parse = (text: string): Entry => {
  const [, until, value] = /^(\d{1,16}) (.*)$/s.exec(text) ?? []
  return until === undefined || value === undefined
    ? { value: text, until: Number.POSITIVE_INFINITY }
    : { value, until: Number(until) }
}

/**
 * A register on a store that knows neither conditions nor lives: it is read and written in turns that this process alone keeps,
 * and an entry is removed when it is met after its life.
 */
export const make = (store: KeyValueStore): Register<PlatformError> => {
  const inTurn = turns.make()

  const look = (name: string) =>
    Effect.gen(function* () {
      const found = Option.map(yield* store.get(name), parse)
      const now = yield* Clock.currentTimeMillis
      if (Option.isNone(found)) return { value: undefined, now }
      if (found.value.until > now) return { value: found.value.value, now }
      yield* store.remove(name)
      return { value: undefined, now }
    })

  const replace = (name: string, { expected, life, value }: Change) =>
    Effect.gen(function* () {
      const found = yield* look(name)
      if (found.value !== expected) return { ...found, replaced: false }
      yield* store.set(name, print({ value, until: found.now + life }))
      return { value, now: found.now, replaced: true }
    })

  return {
    read: (name) => inTurn(name, look(name)),
    replace: (name, change) => inTurn(name, replace(name, change))
  }
}
