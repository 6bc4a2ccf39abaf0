import type { Register } from "@effect-clickatell/core/SessionStore"
import { SessionStore } from "@effect-clickatell/core/SessionStore"
import { Clock, Effect, Layer } from "effect"
import type { Entry } from "../../packages/core/src/internal/session/store/entry.ts"
import * as entries from "../../packages/core/src/internal/session/store/entry.ts"
import type { Seal } from "../../packages/core/src/internal/session/store/sealing.ts"
import { Store } from "../../packages/core/src/internal/session/store/store.ts"

/** A register that every session of a test may share, and what is done to it. */
export interface Shared {
  readonly values: Map<string, string>
  /** What each of its answers is preceded by, such as a failure. */
  before: Effect.Effect<void, unknown>
  /** What comes between what is done and its answer. */
  after: Effect.Effect<void>
  /** How far its clock is ahead of the world's, in milliseconds. */
  ahead: number
  /** The reads and the writes so far. */
  reads: number
  writes: number
  /** The only entry that there is. */
  readonly entry: Entry
  /** A store on it, as each process has one of its own. */
  readonly store: () => Layer.Layer<SessionStore>
  readonly register: Register
}

/** Seals nothing, so that a virtual world waits for no cryptography. */
const open: Seal = {
  digest: (text) => Effect.succeed(text.replaceAll(/\W+/g, "_")),
  seal: (name, text) => Effect.succeed(`${name} ${text}`),
  open: (name, sealed) => Effect.succeed(sealed.startsWith(`${name} `) ? sealed.slice(name.length + 1) : undefined)
}

export const make = (): Shared => {
  const shared: Shared = {
    values: new Map(),
    before: Effect.void,
    after: Effect.void,
    ahead: 0,
    reads: 0,
    writes: 0,
    get entry() {
      const [[name, value] = ["", ""]] = shared.values
      const entry = entries.read(value.slice(name.length + 1))
      if (entry === undefined) throw new Error("there is no entry")
      return entry
    },
    store: () =>
      Layer.sync(SessionStore, () => new Store(shared.register, { prefix: "test", patience: 1_000 }, [open])),
    register: {
      read: (name) =>
        answer(() => {
          shared.reads += 1
          return { value: shared.values.get(name) }
        }),
      replace: (name, { expected, value }) =>
        answer(() => {
          const replaced = shared.values.get(name) === expected
          if (replaced) shared.values.set(name, value)
          shared.writes += 1
          return { value: shared.values.get(name), replaced }
        })
    }
  }
  const answer = <A>(act: () => A) =>
    Effect.zipRight(
      Effect.suspend(() => shared.before),
      Effect.zipLeft(
        Effect.map(Clock.currentTimeMillis, (now) => ({ ...act(), now: now + shared.ahead })),
        Effect.suspend(() => shared.after)
      )
    )
  return shared
}
