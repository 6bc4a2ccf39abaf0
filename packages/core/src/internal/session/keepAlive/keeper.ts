import type * as Cause from "effect/Cause"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as trouble from "../../trouble.ts"
import type { Observer } from "../cell.ts"
import type { Engine } from "../engine.ts"
import type { State } from "../machine/state.ts"
import { initial } from "../machine/state.ts"
import * as retries from "../retries.ts"
import type { Job, Kind, Scheduler } from "./scheduler.ts"
import type { Next, Settings, Stage } from "./stages.ts"
import * as stages from "./stages.ts"

const kindOf = ({ _tag }: Stage): Kind => (_tag === "Renew" ? "login" : "ping")

/**
 * Keeps a session alive, and then the one after it.
 *
 * Between two of its runs there is nothing but what is to be done next, so that a session that sleeps takes next to no room.
 */
export class Keeper implements Job, Observer {
  due = 0
  place = -1
  private readonly engine: Engine
  private readonly settings: Settings
  private readonly scheduler: Scheduler
  private stage: Stage = stages.rest
  private waits: retries.Pauses<Duration.Duration> | undefined
  /** How often it broke since it last rested. */
  private defects = 0

  private constructor(engine: Engine, settings: Settings, scheduler: Scheduler) {
    this.engine = engine
    this.settings = settings
    this.scheduler = scheduler
  }

  /** Looks after a session from now on, whether there is one already or not. */
  static start(engine: Engine, settings: Settings, scheduler: Scheduler): Keeper {
    const keeper = new Keeper(engine, settings, scheduler)
    engine.cell.observers = [...engine.cell.observers, keeper]
    keeper.notice(initial)
    return keeper
  }

  get kind(): Kind {
    return kindOf(this.stage)
  }

  notice({ phase: before }: State): void {
    const { phase } = this.engine.cell.state
    if (phase._tag === "Closed") this.scheduler.cancel(this)
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
  release(): void {
    const { cell } = this.engine
    cell.observers = cell.observers.filter((observer) => observer !== this)
    this.scheduler.cancel(this)
  }

  private advance(): Effect.Effect<void> {
    return Effect.flatMap(this.act(), (next) => {
      if (next === undefined) return Effect.void
      const { pause, stage } = next
      if (pause > 0 || kindOf(stage) !== this.kind) return Effect.sync(() => this.goOn(stage, pause))
      this.stage = stage
      return this.advance()
    })
  }

  private act(): Effect.Effect<Next | undefined> {
    const { engine, settings, stage } = this
    switch (stage._tag) {
      case "Rest":
        return Effect.sync(() => this.wake())
      case "Watch":
        this.waits ??= retries.step(settings.schedule, engine.shared.clock)
        return stages.seeWhen(engine, settings, this.waits)
      case "Look":
        return stages.look(engine, settings, stage)
      case "Renew":
        return stages.logIn(engine, stage)
    }
  }

  private wake(): Next | undefined {
    this.waits = undefined
    this.defects = 0
    return this.engine.cell.state.phase._tag === "Ready" ? { stage: stages.watch, pause: 0 } : undefined
  }

  private goOn(stage: Stage, pause = 0): void {
    this.stage = stage
    if (!this.engine.isClosed) this.scheduler.plan(this, pause)
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
      Effect.zipRight(this.engine.cell.step({ _tag: "Break" })),
      Effect.zipRight(
        Effect.sync(() => {
          this.waits = undefined
          this.goOn(stages.watch, pause)
        })
      )
    )
  }
}
