import { messageStatuses } from "@effect-clickatell/core/Commands"
import * as BigDecimal from "effect/BigDecimal"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { Emulator } from "../../Emulator.ts"

/** How many rows of each list a person is shown, the newest. */
const most = 200

/** What the page shows, as JSON; of whose something is, only the user's name, as the API id is one of three secrets. */
export const state = (emulator: Emulator["Type"]): Effect.Effect<object> =>
  Effect.gen(function* () {
    const sessions = yield* emulator.openSessions
    const messages = yield* emulator.messages
    const log = yield* emulator.log
    return {
      now: yield* Clock.currentTimeMillis,
      logins: yield* emulator.logins,
      counts: { sessions: sessions.length, messages: messages.length, log: log.length },
      sessions: sessions.slice(-most).map(({ account, ...session }) => ({ ...session, user: account.user })),
      messages: messages.slice(-most).map(({ account, charge, ...message }) => ({
        ...message,
        user: account.user,
        ...messageStatuses.get(message.status),
        charge: BigDecimal.format(charge)
      })),
      log: log.slice(-most)
    }
  })
