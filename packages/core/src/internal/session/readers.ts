import * as Effect from "effect/Effect"
import * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { SessionEvent } from "../../SessionEvent.ts"

/** How many events a reader may fall behind by before it loses the oldest. */
const capacity = 1024

/** Those who read a session's events: there is nothing to keep where nobody does. */
export class Readers {
  private readonly queues = new Set<Queue.Queue<SessionEvent>>()

  /** Hands an event to everybody in one synchronous step; what is left to do is to make room where a reader is behind. */
  offer(event: SessionEvent): ReadonlyArray<Effect.Effect<unknown>> {
    return Array.from(this.queues)
      .filter((queue) => !queue.unsafeOffer(event))
      .map((queue) => Queue.offer(queue, event))
  }

  /** A queue of what comes from now on, which a reader of a closed session begins with that. */
  subscribe(
    closed: Effect.Effect<SessionEvent | undefined>
  ): Effect.Effect<Queue.Dequeue<SessionEvent>, never, Scope.Scope> {
    return Effect.acquireRelease(
      Effect.zipWith(Queue.sliding<SessionEvent>(capacity), closed, (queue, last) => {
        this.queues.add(queue)
        if (last !== undefined) queue.unsafeOffer(last)
        return queue
      }),
      (queue) =>
        Effect.zipRight(
          Effect.sync(() => this.queues.delete(queue)),
          Queue.shutdown(queue)
        )
    )
  }
}

/** The events of a queue up to the last one that a session has. */
export const stream = (queue: Queue.Dequeue<SessionEvent>): Stream.Stream<SessionEvent> =>
  Stream.takeUntil(Stream.fromQueue(queue), SessionEvent.$is("Closed"))
