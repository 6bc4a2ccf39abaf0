import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"

/** How many events a reader may fall behind by before it loses the oldest. */
const capacity = 1024

const nobody: ReadonlyArray<never> = []

/** Those who read events: there is nothing to keep where nobody does. */
export class Readers<A> {
  private queues: ReadonlyArray<Queue.Queue<A>> = nobody

  get isEmpty(): boolean {
    return this.queues.length === 0
  }

  /** Hands an event to everybody in one synchronous step; what is left to do is to make room where a reader is behind. */
  offer(event: A): ReadonlyArray<Effect.Effect<unknown>> {
    return this.queues.filter((queue) => !queue.unsafeOffer(event)).map((queue) => Queue.offer(queue, event))
  }

  /** A queue of what comes from now on, which begins with the last event where that has been. */
  subscribe(last: () => A | undefined): Effect.Effect<Queue.Dequeue<A>, never, Scope.Scope> {
    return Effect.acquireRelease(
      Effect.map(Queue.sliding<A>(capacity), (queue) => {
        this.queues = [...this.queues, queue]
        const event = last()
        if (event !== undefined) queue.unsafeOffer(event)
        return queue
      }),
      (queue) =>
        Effect.zipRight(
          Effect.sync(() => {
            this.queues = this.queues.filter((it) => it !== queue)
          }),
          Queue.shutdown(queue)
        )
    )
  }
}
