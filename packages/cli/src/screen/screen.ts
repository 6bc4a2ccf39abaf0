import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as terminal from "../terminal.ts"
import type { Screen } from "./view.ts"

const enter = "\u001b[?1049h\u001b[?25l"
const leave = "\u001b[?25h\u001b[?1049l"
const home = "\u001b[H"
const restOfLine = "\u001b[K"
const below = "\u001b[J"

/**
 * Has a terminal for itself until the scope closes, and gives what draws it anew.
 *
 * It is drawn each second too, and when its size changes. What was there before comes back afterwards.
 */
export const make = (
  stream: NodeJS.WriteStream,
  lines: (screen: Screen) => Effect.Effect<ReadonlyArray<string>>
): Effect.Effect<{ readonly redraw: Effect.Effect<void> }, never, Scope.Scope> =>
  Effect.gen(function* () {
    const changes = yield* Queue.sliding<void>(1)
    const draw = Effect.flatMap(
      Effect.suspend(() => lines(of(stream))),
      (lines) => Effect.sync(() => stream.write(home + lines.map((line) => line + restOfLine).join("\r\n") + below))
    )
    yield* Effect.acquireRelease(
      Effect.sync(() => stream.write(enter)),
      () => Effect.sync(() => stream.write(leave))
    )
    const resized = () => {
      Queue.unsafeOffer(changes, undefined)
    }
    yield* Effect.acquireRelease(
      Effect.sync(() => stream.on("resize", resized)),
      () => Effect.sync(() => stream.off("resize", resized))
    )
    yield* Effect.forkScoped(
      Effect.forever(Effect.zipRight(draw, Effect.timeoutOption(Queue.take(changes), "1 second")))
    )
    return { redraw: Effect.asVoid(Queue.offer(changes, undefined)) }
  })

const of = (stream: NodeJS.WriteStream): Screen => ({
  columns: terminal.columns(stream),
  rows: terminal.rows(stream),
  paint: (colour, text) => terminal.paint(colour, text, stream)
})
