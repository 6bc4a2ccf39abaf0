import { Effect } from "effect"
import * as Register from "./register.ts"
import * as Scripted from "./scriptedTransport.ts"
import type { Setting, Stage } from "./stage.ts"
import * as stage from "./stage.ts"
import * as virtualTime from "./virtualTime.ts"

/** Sessions of one account as several processes have them, in one world and with one store. */
export interface Fleet {
  readonly world: virtualTime.World
  readonly server: Scripted.Server
  readonly register: Register.Shared
  readonly members: ReadonlyArray<Stage>
  /** One more process. */
  readonly add: (setting?: Setting) => Stage
  readonly sent: (operation: string) => number
}

export const make = (seed: string, count: number, setting: Setting = {}): Fleet => {
  const world = virtualTime.make(seed)
  const server = Scripted.make(setting.service)
  const register = Register.make()
  const add = (own: Setting = {}) =>
    stage.make(seed, {
      ...setting,
      ...own,
      world,
      server: own.server ?? server,
      within: (effect) => Effect.provide(effect, register.store())
    })
  const members = Array.from({ length: count }, () => add())
  return {
    world,
    server,
    register,
    members,
    add,
    sent: (operation) => server.log.filter((line) => line.split(" ")[1] === operation).length
  }
}

/** What all members are. */
export const states = ({ members, world }: Fleet): ReadonlyArray<string> =>
  members.map(({ session }) => world.now(session.status).state)
