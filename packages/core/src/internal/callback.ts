import * as Effect from "effect/Effect"
import * as Effectable from "effect/Effectable"
import type * as Exit from "effect/Exit"
import type * as Runtime from "effect/Runtime"
import * as waiting from "./waiting.ts"

/** Starts something in the context of whoever waits for it, calls back with its end, and gives what stops it. */
export type Start<A, E> = (resume: (exit: Exit.Exit<A, E>) => void, runtime: Runtime.Runtime<never>) => () => void

/** An effect of which it is known that it only waits to be called back: it can be ended from outside without a fiber of its own. */
export class Callback<A, E> extends Effectable.Class<A, E> {
  readonly start: Start<A, E>

  constructor(start: Start<A, E>) {
    super()
    this.start = start
  }

  override commit(): Effect.Effect<A, E> {
    return Effect.flatMap(Effect.runtime<never>(), (runtime) =>
      waiting.callback<A, E>((resume) => {
        const stop = this.start(resume, runtime)
        return () => Effect.sync(stop)
      })
    )
  }
}
