import * as Effect from "effect/Effect"
import { constFalse } from "effect/Function"
import type * as Queue from "effect/Queue"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { Command } from "../../Command.ts"
import { inStyle } from "../../Command.ts"
import type { Style } from "../../Envelope.ts"
import type { ExchangeError, InvalidParameters } from "../../Errors.ts"
import type { SessionEvent } from "../../SessionEvent.ts"
import type { SessionId } from "../../SessionId.ts"
import type { SessionStatus } from "../../SessionStatus.ts"
import * as telemetry from "../telemetry.ts"
import * as call from "./call.ts"
import * as caller from "./caller.ts"
import type { Engine } from "./engine.ts"
import * as engines from "./engine.ts"
import { execute } from "./execute.ts"
import * as ping from "./ping.ts"
import { use } from "./use.ts"

/** The way to a session that may come and go between two calls. */
export interface Door {
  /** The style in which commands go out. */
  readonly style: Style
  /** The session, which is made where there is none. */
  readonly enter: () => Engine
  /** What is known of it, whether there is one or not. */
  readonly status: Effect.Effect<SessionStatus>
  /** Begins anew what there is. */
  readonly reset: Effect.Effect<void>
}

/** What callers can do with a session; whatever they take from here looks for the session when it is run. */
export class Calls {
  private readonly door: Door

  constructor(door: Door) {
    this.door = door
  }

  get use() {
    return <A, E, R>(
      f: (id: SessionId) => Effect.Effect<A, E, R>,
      refused: (error: E) => boolean = constFalse
    ): Effect.Effect<A, E | ExchangeError, R> => this.trace("use", (engine) => use(engine, f, refused))
  }

  get execute() {
    return <A, E extends InvalidParameters>(command: Command<A, E>): Effect.Effect<A, E | ExchangeError> => {
      const request = inStyle(command, this.door.style)
      // Parameters that cannot be sent are no reason to log in.
      return Effect.flatMap(request.parameters, (parameters) =>
        this.measure(request.operation, (engine) => execute(engine, request, parameters))
      )
    }
  }

  get ping(): Effect.Effect<void, ExchangeError> {
    return this.measure("ping", (engine) => caller.bounded("ping", ping.join(engine)))
  }

  get check(): Effect.Effect<void, ExchangeError> {
    return this.measure("ping", (engine) => caller.bounded("ping", ping.check(engine)))
  }

  get open(): Effect.Effect<void, ExchangeError> {
    return this.trace("open", (engine) => caller.bounded("open", call.open(engine)))
  }

  get reset(): Effect.Effect<void> {
    return this.door.reset
  }

  get status(): Effect.Effect<SessionStatus> {
    return this.door.status
  }

  get changes(): Stream.Stream<SessionStatus> {
    return Stream.suspend(() => this.door.enter().changes)
  }

  get events(): Stream.Stream<SessionEvent> {
    return Stream.suspend(() => this.door.enter().events)
  }

  get subscribe(): Effect.Effect<Queue.Dequeue<SessionEvent>, never, Scope.Scope> {
    return Effect.suspend(() => this.door.enter().subscribe)
  }

  private measure<A, E, R>(operation: string, run: (engine: Engine) => Effect.Effect<A, E, R>) {
    return this.enter((engine) => telemetry.call(operation, engine.shared.transport.server, run(engine)))
  }

  private trace<A, E, R>(operation: string, run: (engine: Engine) => Effect.Effect<A, E, R>) {
    return this.enter((engine) => telemetry.operation(operation, run(engine)))
  }

  private enter<A, E, R>(run: (engine: Engine) => Effect.Effect<A, E, R>) {
    return caller.exceptGuests(() => this.door.enter(), run)
  }
}

/** Resets a session, unless it is one of its own guests that asks for it. */
export const reset = (engine: Engine): Effect.Effect<void> =>
  Effect.ignore(caller.exceptGuests(() => engine, engines.reset))
