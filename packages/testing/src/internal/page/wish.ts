import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Emulator, Levers } from "../../Emulator.ts"
import { Fault } from "../../Fault.ts"
import { Action } from "../../Script.ts"
import * as json from "../json.ts"

const operation = Schema.optional(Schema.NonEmptyString)

/** What a person can ask for on the page: an action of a script, a fault in the queue, or the end of those that stand. */
const Wish = Schema.Union(
  ...Action.members,
  Schema.Struct({
    kind: Schema.Literal("fail"),
    fault: Fault,
    operation,
    times: Schema.optional(Schema.Union(Schema.Int.pipe(Schema.positive()), Schema.Literal("always")))
  }),
  Schema.Struct({ kind: Schema.Literal("calm"), operation })
)

type Wish = typeof Wish.Type

const reader = json.reader(Wish)

/** Reads a wish from JSON text, or says what is wrong with it. */
export const read = (text: string): Effect.Effect<Wish, string> =>
  Effect.mapError(reader.fromJson("the request", text), json.explain)

/** Does what is wished for. */
export const grant = (emulator: Emulator["Type"], wish: Wish): Effect.Effect<void> => {
  switch (wish.kind) {
    case "fail": {
      const { fault, operation, times } = wish
      return emulator.fail(fault, { operation, times: times === "always" ? Infinity : times })
    }
    case "calm":
      return emulator.calm(wish.operation)
    case "lockIp":
    case "unlockIp":
      return emulator[wish.kind]
    default:
      return pull(wish.account === undefined ? emulator : emulator.account(wish.account), wish)
  }
}

const pull = (levers: Levers, action: Exclude<Wish, { kind: "fail" | "calm" | "lockIp" | "unlockIp" }>) => {
  switch (action.kind) {
    case "expireSessions":
    case "freeze":
    case "unfreeze":
      return levers[action.kind]
    case "setPassword":
      return levers.setPassword(action.password)
    case "refuseSessions":
      return levers.refuseSessions(action.refuse)
    case "setBalance":
      return levers.setBalance(action.balance)
    case "setQuota":
      return levers.setQuota(action.quota)
    case "setCoverage":
      return levers.setCoverage(action.coverage)
    case "setStatuses":
      return levers.setStatuses(action.statuses)
    case "setNumber":
      return levers.setNumber(action.number, action.outcome)
  }
}
