// That what watches the lives of fleets sees it when one does wrong.
import { assert, describe, it } from "@effect/vitest"
import { Effect, Struct } from "effect"
import type { Entry } from "../../packages/core/src/internal/session/store/entry.ts"
import { idle, run } from "../core/fleetLife.ts"
import { epoch } from "../core/fleetRegister.ts"
import type { Plant } from "../core/fleetRig.ts"

/** An entry that never holds this. */
const without =
  (field: "login" | "ping" | "session") =>
  (entry: Entry): Entry =>
    Struct.omit(entry, field)

/** What a store or what is built on it may do wrong, and what is then seen of it. */
const plants: ReadonlyArray<readonly [what: string, plant: Plant, broken: RegExp]> = [
  ["has no store", { alone: true }, /login/],
  [
    "replaces what is there without a comparison",
    {
      register: ({ read, replace }) => ({
        read,
        replace: (name, change) =>
          Effect.flatMap(read(name), ({ value: expected }) => replace(name, { ...change, expected }))
      })
    },
    /login/
  ],
  [
    "loses what is written",
    {
      register: ({ read }) => ({
        read,
        replace: (name, { value }) => Effect.map(read(name), ({ now }) => ({ now, value, replaced: true }))
      })
    },
    /login|nobody told/
  ],
  [
    "reads its own clock in place of the store's",
    {
      register: ({ read, replace }, wall) => ({
        read: (name) => Effect.map(read(name), (reading) => ({ ...reading, now: wall() })),
        replace: (name, change) => Effect.map(replace(name, change), (reading) => ({ ...reading, now: wall() }))
      })
    },
    /./
  ],
  ["takes no leave to log in", { edit: without("login") }, /a login while/],
  ["takes no leave to ping", { edit: without("ping") }, /a ping/],
  ["forgets who was refused", { edit: (entry): Entry => ({ ...entry, refused: [] }) }, /refused to the fleet/],
  ["forgets the logins of others", { edit: (entry): Entry => ({ ...entry, logins: [] }) }, /a sixth login/],
  ["never stores a session", { edit: without("session") }, /login|nobody told/],
  [
    "takes a session for unused that was used",
    {
      edit: ({ session, ...entry }) =>
        session === undefined ? entry : { ...entry, session: { ...session, usedAt: epoch } }
    },
    /./
  ]
]

describe("a fleet that does wrong is seen to", () => {
  it.for(plants)("when it %s", ([, plant, broken]) => {
    const shows = (live: typeof run, lives: number) =>
      Array.from({ length: lives }, (_, index) => index + 1).some((seed) =>
        live(seed, plant).violations.some((violation) => broken.test(violation))
      )
    assert.isTrue(shows(idle, 2) || shows(run, 200), `${broken} was not seen`)
  })
})
