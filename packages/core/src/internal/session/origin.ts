import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Runtime from "effect/Runtime"
import * as Tracer from "effect/Tracer"
import { Deadline } from "../../Transport.ts"

const outsideSpans = <R>({ unsafeMap }: Context.Context<R>): Context.Context<R> =>
  Context.unsafeMake(new Map(Array.from(unsafeMap).filter(([key]) => key !== Tracer.ParentSpan.key)))

/** The runtime of this moment; the deadline and the span of whoever builds something in it were for building it. */
export const runtime = <R>(): Effect.Effect<Runtime.Runtime<R>, never, R> =>
  Effect.map(
    Effect.runtime<R>(),
    Runtime.updateContext((context) => Context.add(outsideSpans(context), Deadline, undefined))
  )
