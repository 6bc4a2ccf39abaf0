import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import { Transport } from "@effect-clickatell/core/Transport"
import type * as ConfigError from "effect/ConfigError"
import * as Clock from "effect/Clock"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as output from "../output.ts"
import type { Options } from "../watch.ts"
import { watch } from "../watch.ts"
import * as memories from "./memory.ts"
import * as screens from "./screen.ts"
import * as view from "./view.ts"

interface Watch<E> extends Omit<Options<E>, "keepAlive" | "onEvent"> {
  readonly interval: Duration.Duration
  readonly floor: Duration.Duration
}

/** Watches a session on a screen of its own; what is left on the terminal afterwards is what happened last. */
export const watchOnScreen = <E>({ during, floor, interval, session }: Watch<E>) =>
  Effect.gen(function* () {
    yield* checked(session, { interval, floor })
    const { server } = yield* Transport
    const memory = yield* Ref.make(memories.empty)
    const watched = yield* Ref.make<Session.Session["Type"] | undefined>(undefined)
    const lines = (screen: view.Screen) =>
      Effect.gen(function* () {
        const kept = yield* Ref.get(watched)
        const shown = {
          memory: yield* Ref.get(memory),
          now: yield* Clock.currentTimeMillis,
          status: yield* kept?.status ?? Effect.succeed(undefined)
        }
        return view.lines(`${server.address}:${server.port}`, shown, screen)
      })
    const schedule = KeepAlive.whenIdle(interval).pipe(memories.withWaits(memory, floor))
    yield* Effect.flatMap(screens.make(process.stdout, lines), ({ redraw }) =>
      watch({
        session,
        keepAlive: { schedule, floor },
        onEvent: (event) =>
          Effect.zipRight(
            Ref.update(memory, (memory) => memories.addEvent(memory, event)),
            redraw
          ),
        during: (session) => Effect.zipRight(Ref.set(watched, session), during(session))
      })
    ).pipe(
      Effect.updateService(Transport, memories.withRequests(memory)),
      Effect.scoped,
      Effect.ensuring(
        Effect.flatMap(Ref.get(memory), ({ events }) =>
          Effect.forEach(events.slice(-remaining), (event) => output.event(false, event))
        )
      )
    )
  })

const remaining = 10

/** Refuses an interval that cannot keep the session alive, of which nobody but its schedule will know. */
const checked = (
  session: Session.Options<unknown>,
  keepAlive: KeepAlive.Options
): Effect.Effect<void, ConfigError.ConfigError, Transport> =>
  Effect.asVoid(Effect.scoped(Layer.build(Layer.provide(KeepAlive.layer(keepAlive), Session.layer(session)))))
