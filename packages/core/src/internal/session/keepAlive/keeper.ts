import type * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { Instant } from "../../instant.ts"
import * as trouble from "../../trouble.ts"
import type { Cell, Observer } from "../cell.ts"
import type { Engine } from "../engine.ts"
import type { State } from "../machine/state.ts"
import { initial } from "../machine/state.ts"
import * as retries from "../retries.ts"
import type { Job, Kind, Scheduler } from "./scheduler.ts"
import type { Next, Settings, Stage } from "./stages.ts"
import * as stages from "./stages.ts"

const kindOf = ({ _tag }: Stage): Kind => (_tag === "Renew" ? "login" : "ping")

/** How sessions are kept alive together. */
export interface Care {
  readonly settings: Settings
  readonly scheduler: Scheduler
}

/**
 * Keeps a session alive, and then the one after it.
 *
 * Between two of its runs there is nothing but what is to be done next, so that a session that sleeps takes next to no room.
 */
export class Keeper implements Job, Observer {
  due = 0
  place = -1
  private readonly engine: Engine
  private readonly care: Care
  private stage: Stage = stages.rest
  /** The last use of the session that is known here. */
  private seen: Instant | undefined
  /** How far the schedule has come; it begins anew with each session. */
  private progress: unknown
  /** How often it broke since it last rested. */
  private defects = 0

  constructor(engine: Engine, care: Care) {
    this.engine = engine
    this.care = care
  }

  /** Looks after the session from now on, whether there is one already or not. */
  start(): void {
    this.engine.addObserver(this)
    this.notice(this.engine, initial)
  }

  get kind(): Kind {
    return kindOf(this.stage)
  }

  notice({ state: { phase } }: Cell, { phase: before }: State): void {
    if (phase._tag === "Closed") this.care.scheduler.cancel(this)
    else if (this.stage._tag === "Rest" && phase._tag === "Ready" && before._tag !== "Ready") this.goOn(stages.rest)
  }

  /** Does what is next, and what follows it at once. */
  get run(): Effect.Effect<void> {
    return Effect.catchAllCause(
      Effect.suspend(() => this.advance()),
      (cause) => this.startAgain(cause)
    )
  }

  /** Lets go of the session. */
  stop(): void {
    this.engine.removeObserver(this)
    this.care.scheduler.cancel(this)
  }

  private advance(): Effect.Effect<void> {
    return Effect.flatMap(this.act(), (next) => {
      if (next === undefined) return Effect.void
      const { pause, seen = this.seen, stage } = next
      this.seen = seen
      if (pause > 0 || kindOf(stage) !== this.kind) return Effect.sync(() => this.goOn(stage, pause))
      this.stage = stage
      return this.advance()
    })
  }

  private act(): Effect.Effect<Next | undefined> {
    const { engine, stage } = this
    const { settings } = this.care
    switch (stage._tag) {
      case "Rest":
        return Effect.sync(() => this.wake())
      case "Watch":
        return stages.seeWhen(engine, settings, (idle) => this.untilNext(idle))
      case "Look":
        return stages.look(engine, settings, this.seen, stage)
      case "Renew":
        return stages.logIn(engine, stage)
    }
  }

  private wake(): Next | undefined {
    this.progress = this.care.settings.schedule.initial
    this.defects = 0
    return this.engine.state.phase._tag === "Ready" ? { stage: stages.watch, pause: 0 } : undefined
  }

  private untilNext(idle: Duration.Duration): Effect.Effect<Duration.Duration | undefined> {
    const { care, engine, progress } = this
    return Effect.map(retries.step(care.settings.schedule, engine.shared.clock, progress, idle), ({ pause, state }) => {
      this.progress = state
      return pause
    })
  }

  private goOn(stage: Stage, pause = 0): void {
    this.stage = stage
    if (!this.engine.isClosed) this.care.scheduler.plan(this, pause)
  }

  /**
   * A defect ends nothing: it is logged, shown in the status, and a little later the session is looked after again.
   *
   * That begins with the session that there was, not with waiting for one: if it was lost meanwhile it is still to be renewed.
   * What a defect says may quote a request, so only where it happened is shown.
   */
  private startAgain(cause: Cause.Cause<unknown>): Effect.Effect<void> {
    const pause = 1_000 * Math.min(2 ** this.defects, 60)
    this.defects += 1
    return Effect.logError("the keep-alive loop broke and starts again", ...trouble.frames(cause)).pipe(
      Effect.annotateLogs({ package: "@effect-clickatell/core", module: "KeepAlive" }),
      Effect.catchAllCause(() => Effect.void),
      Effect.zipRight(this.engine.step({ _tag: "Break" })),
      Effect.zipRight(
        Effect.sync(() => {
          this.progress = this.care.settings.schedule.initial
          this.goOn(stages.watch, pause)
        })
      )
    )
  }
}
