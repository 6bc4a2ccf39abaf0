import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as connection from "../connection.ts"
import * as duration from "../duration.ts"
import { endedByHand } from "../exitCode.ts"
import * as log from "../log.ts"
import * as logLevel from "../logLevel.ts"
import * as option from "../option.ts"
import * as output from "../output.ts"
import * as store from "../store.ts"
import { watchOnScreen } from "../screen/watch.ts"
import * as terminal from "../terminal.ts"
import { watch as keepWatch } from "../watch.ts"

/** Keeps a session alive and shows it. */
export const watch = Command.make(
  "watch",
  {
    ...connection.options,
    ...store.options,
    json: connection.json,
    time: option
      .make("for", "duration", duration.parse)
      .pipe(Options.withDescription("How long to watch; until Ctrl-C by default"), Options.optional),
    interval: option
      .make("interval", "duration", duration.parse)
      .pipe(
        Options.withDescription("The longest pause between two uses of the session; 10 minutes by default"),
        Options.withDefault(Duration.minutes(10))
      )
  },
  ({ interval, json, time, ...flags }) =>
    // Credentials that are not there at all are found missing now, and not by each login.
    Effect.zipRight(
      Credentials.config,
      Effect.flatMap(logLevel.Asked, (asked) => {
        const session = { credentials: Credentials.config }
        // Whoever watches at a shorter interval than the library's floor has asked for it.
        const floor = Duration.min(interval, Duration.seconds(30))
        const until = Option.match(time, { onNone: () => Effect.never, onSome: Effect.sleep })
        // Logs that were asked for would run across a screen.
        return !json && asked === undefined && terminal.isTerminal(process.stdout)
          ? watchOnScreen({ session, interval, floor, during: () => until })
          : keepWatch({
              session,
              keepAlive: { interval, floor },
              onEvent: (event) => output.event(json, event),
              during: () => until
            })
      })
    ).pipe(
      quiet,
      Effect.provide(Layer.merge(store.layer(flags), connection.layer(flags))),
      output.reported("watch", json),
      endedByHand
    )
).pipe(Command.withDescription("Open a session, keep it alive, and print what happens to it"))

/** Whoever asks for a level wants all of the log. */
const quiet = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.flatMap(logLevel.Asked, (asked) => (asked === undefined ? log.withoutEvents(effect) : effect))
