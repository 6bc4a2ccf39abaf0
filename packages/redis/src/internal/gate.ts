import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import type * as Scope from "effect/Scope"
import type { Connection } from "./connection.ts"
import * as failure from "./failure.ts"

type Passage = Deferred.Deferred<void, failure.RedisFailure>

/**
 * Ends once commands can be sent: at once while there is a connection, with the attempt that is under way to make one, and in failure
 * after an attempt that failed, until another succeeds. So nobody waits for a Redis that is away, and no command is sent that nobody
 * waits for any more.
 */
export const make = (
  connection: Connection
): Effect.Effect<Effect.Effect<void, failure.RedisFailure>, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => watch(connection)),
      ({ end }) => Effect.sync(end)
    ),
    ({ pass }) => pass
  )

const watch = (connection: Connection) => {
  let passage: Passage = Deferred.unsafeMake(FiberId.none)
  let isConnected = connection.status === "ready"
  let trouble = new failure.RedisFailure({ reason: "Closed" })

  const begin = () => {
    passage = Deferred.unsafeMake(FiberId.none)
  }
  /** For those who wait for this attempt, and for those who come after it. */
  const conclude = (exit: Exit.Exit<void, failure.RedisFailure>) => {
    Deferred.unsafeDone(passage, exit)
    begin()
    Deferred.unsafeDone(passage, exit)
  }
  const fail = () => conclude(Exit.fail(trouble))
  const onReady = () => {
    isConnected = true
    conclude(Exit.void)
  }
  const onClose = () => {
    // A connection that is lost is made anew at once; after an attempt that failed the next one may be far.
    if (isConnected) begin()
    else fail()
    isConnected = false
  }
  // Without a listener the client prints its errors.
  const onError = (error: unknown) => {
    trouble = failure.of(error)
    // Sentinels that are all away are asked again and again in one attempt.
    if (!isConnected) fail()
  }

  if (isConnected) onReady()
  if (connection.status === "end") fail()
  // Both kinds of connection are emitters, with types that differ.
  const emitter: NodeJS.EventEmitter = connection
  const listeners = { ready: onReady, close: onClose, end: fail, error: onError }
  for (const [event, listener] of Object.entries(listeners)) emitter.on(event, listener)

  return {
    pass: Effect.suspend(() => {
      // What becomes of it is heard from its events.
      if (connection.status === "wait") connection.connect().catch(() => undefined)
      return Deferred.await(passage)
    }),
    end: () => {
      for (const [event, listener] of Object.entries(listeners)) emitter.off(event, listener)
    }
  }
}
