import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import { AuthFailed } from "../../../Errors.ts"
import type { SessionId } from "../../../SessionId.ts"
import type { Instant } from "../../instant.ts"
import { elapsed } from "../../instant.ts"
import { reveal } from "../../secret.ts"
import * as jitter from "../../jitter.ts"
import { overBudget } from "../machine/acquiring.ts"
import { leaveOf } from "../machine/authenticating.ts"
import type { LoginFailure } from "../outcome.ts"
import type { Cell } from "../cell.ts"
import type { Fingerprint } from "../machine/fingerprint.ts"
import type { Refusal } from "./entry.ts"
import type { Account, Ledger } from "./ledger.ts"
import { away } from "./ledger.ts"
import { measured } from "./own.ts"
import type * as port from "./port.ts"
import type { Found } from "./protocol.ts"
import * as protocol from "./protocol.ts"
import * as refusals from "./refusals.ts"

/** How long, at first and at most, one waits to see whether another's login is over, in milliseconds. */
const firstPause = 50
const longestPause = 1_000
const longer = (pause: number): number => Math.min(2 * pause, longestPause)

/** Where a session of the store's would be put: it comes too late if there is another by then. */
export interface Place {
  readonly fingerprint: Fingerprint
  readonly epoch: number
  readonly generation: number
}

/** An account, by the credentials that a session of it was opened with. */
export interface Known {
  readonly account: Account
  readonly fingerprint: Fingerprint
}

/** A session that takes part in a store, as far as its logins go. */
export interface Owner {
  readonly host: Cell
  readonly ledger: Ledger
  /** How long a leave lasts, in milliseconds. */
  readonly lease: number
  /** Whether a session is one that was lost here, and not by age: it is not taken from the store again. */
  readonly isLost: (id: string) => boolean
  /** When everything that the store knows was to be forgotten, until that has been done. */
  resetAt: Instant | undefined
  /** Goes on with a session of the store's in place of whatever there was; `false` where it cannot be sent. */
  readonly adopt: (place: Place, account: Account, found: Found) => boolean
  /** Whose session there is. */
  known: Known | undefined
}

/** One login, with the leave for it. */
export class Login implements port.Audience {
  private readonly owner: Owner
  private readonly attempt: port.Attempt
  private readonly account: Account
  private readonly fingerprint: Fingerprint
  /** By which its leave is told from those of others. */
  private readonly token: string
  /** How many sessions there had been when it began. */
  private readonly generation: number
  /** Whether it has leave, for all that is known here: an answer may be lost, or still be under way. */
  private mayHaveLeave = false
  private isSent = false
  /** For how many milliseconds it has waited for others; its turn among the logins of its own process is another matter. */
  private waited = 0

  constructor(owner: Owner, attempt: port.Attempt, { account, fingerprint }: Known, token: string) {
    this.owner = owner
    this.attempt = attempt
    this.account = account
    this.fingerprint = fingerprint
    this.token = token
    this.generation = owner.host.state.generation
  }

  /** Takes the session that there is, or logs in when the store gives leave to. */
  get run(): Effect.Effect<void, LoginFailure> {
    const { admit } = this.owner.host.shared
    // Whoever only takes what is there waits for nobody's turn to log in.
    return Effect.flatMap(this.seek(false), (isSettled) =>
      isSettled ? Effect.void : admit(this.logIn, this.attempt.isWanted)
    )
  }

  /** Looks for a session to take, or for leave to log in; says whether there is nothing left to do. */
  private seek(takes: boolean): Effect.Effect<boolean, LoginFailure> {
    const { host, lease } = this.owner
    const go = (pause: number): Effect.Effect<boolean, LoginFailure> =>
      Effect.suspend(() => {
        if (this.attempt.endIfDeserted()) return Effect.interrupt
        // What another question to the store has brought meanwhile is what this login was for.
        if (host.state.generation !== this.generation && host.state.phase._tag === "Ready") return Effect.succeed(true)
        const place = this.place()
        const start = host.now()
        const wait = (most: number) => Effect.zipRight(this.rest(start, Math.min(pause, most)), go(longer(pause)))
        return Effect.flatMap(this.ask(this.account.name, takes), (answer) => {
          if (answer === away) return Effect.succeed(false)
          switch (answer._tag) {
            case "Found":
              return Effect.succeed(this.owner.adopt(place, this.account, answer))
            case "Refused":
              return this.refuse(answer.refusal)
            case "OverBudget":
              // Who has waited for a login that came to nothing was promised one, and waits for the next.
              return this.waited > 0 && this.waited + answer.wait <= 2 * lease
                ? wait(answer.wait)
                : Effect.fail(this.unsent(overBudget(host.now(), answer.wait)))
            case "Granted":
              return takes ? Effect.succeed(false) : this.seekElsewhere(place)
            case "Busy":
              // Leaves that are given to one after the other keep nobody waiting for ever.
              return this.waited > 2 * lease
                ? Effect.fail(this.unsent(overBudget(host.now(), answer.wait)))
                : wait(answer.wait)
          }
        })
      })
    return Effect.suspend(() => go(firstPause))
  }

  /** While keys are rotated, others may know the account by another name. */
  private seekElsewhere(place: Place): Effect.Effect<boolean> {
    return Effect.reduce(this.account.otherNames, false, (isSettled, name) =>
      isSettled
        ? Effect.succeed(true)
        : Effect.map(
            this.ask(name, false),
            (answer) => answer !== away && answer._tag === "Found" && this.owner.adopt(place, this.account, answer)
          )
    )
  }

  private ask(name: string, takes: boolean): Effect.Effect<protocol.Answer | typeof away> {
    const { host, isLost, lease, ledger, resetAt } = this.owner
    const { phase } = host.state
    if (takes) this.mayHaveLeave = true
    const asked = ledger.transact(host, name, (entry, now) =>
      protocol.ask(entry, now, {
        token: this.token,
        takes,
        lease,
        credentials: this.account.credentials,
        isUnwanted: this.isUnwanted(),
        isLost,
        forgets: resetAt === undefined ? undefined : elapsed(resetAt, host.now()),
        leave: this.attempt.retry ? "Retry" : leaveOf(phase),
        rules: host.rules
      })
    )
    return Effect.tap(asked, (answer) =>
      Effect.sync(() => {
        if (answer === away) return
        if (takes) this.mayHaveLeave = answer._tag === "Granted"
        if (name === this.account.name && this.owner.resetAt === resetAt) this.owner.resetAt = undefined
      })
    )
  }

  private rest(start: Instant, pause: number): Effect.Effect<void> {
    const { host } = this.owner
    return Effect.flatMap(jitter.share(Duration.millis(pause), 0.5, 1), (share) =>
      Effect.map(host.shared.clock.sleep(share), () => {
        this.waited += elapsed(start, host.now())
      })
    )
  }

  private refuse({ code, reason }: Refusal): Effect.Effect<never, LoginFailure> {
    return Effect.suspend(() => {
      const { credentials, epoch } = this.attempt
      const error = new AuthFailed({ operation: "auth", reason, code })
      this.owner.host.apply({ _tag: "Barred", epoch, credentials, error })
      return Effect.fail(this.unsent(error))
    })
  }

  private unsent(error: AuthFailed): LoginFailure {
    return { error, credentials: this.attempt.credentials, sent: false }
  }

  /** Logs in unless there is a session by now; leave that has opened none is given back, however that came about. */
  private get logIn(): Effect.Effect<void, LoginFailure> {
    const run = Effect.flatMap(this.seek(true), (isSettled) => (isSettled ? Effect.void : this.attempt.send(this)))
    return Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(Effect.exit(restore(run)), (exit): Effect.Effect<void, LoginFailure> => {
        if (Exit.isSuccess(exit) || !(this.mayHaveLeave || this.isSent)) return exit
        const failure = Option.getOrUndefined(Cause.failureOption(exit.cause))
        const withdrawn = this.withdraw(failure?.error)
        if (failure !== undefined) return Effect.zipRight(withdrawn, exit)
        // Who was interrupted waits for nothing.
        this.owner.host.shared.fork(withdrawn)
        return exit
      })
    )
  }

  begin(): void {
    this.isSent = true
  }

  /** Tells of a session that was opened, and takes the one that is there by now where the leave has run out meanwhile. */
  publish(id: SessionId, start: Instant): Effect.Effect<boolean> {
    return Effect.suspend(() => {
      const { account, owner, token } = this
      const { host } = owner
      const place = this.place()
      const isLost = this.isUnwanted()
      const own = measured(host, { id: reveal(id) ?? "", isLost, openedAt: start, usedAt: start })
      const committed = owner.ledger.transact(host, account.name, (entry, now) =>
        protocol.commit(entry, now, {
          token,
          lease: owner.lease,
          credentials: account.credentials,
          own,
          rules: host.rules
        })
      )
      return Effect.map(committed, (answer) => {
        owner.known = { account, fingerprint: place.fingerprint }
        return answer !== away && answer !== undefined && owner.adopt(place, account, answer)
      })
    })
  }

  private withdraw(error: LoginFailure["error"] | undefined): Effect.Effect<unknown> {
    const { account, isSent, owner, token } = this
    const ending = {
      token,
      sent: isSent,
      reached: !(error?._tag === "TransportError" && !error.mayHaveReached),
      refusal: isSent ? refusals.of(account.credentials, error) : undefined
    }
    return owner.ledger.transact(owner.host, account.name, (entry, now) => protocol.withdraw(entry, now, ending))
  }

  /** What is not looked for: what was lost, and a session that is renewed ahead of its end and is as good as before. */
  private isUnwanted(): (id: string) => boolean {
    const { host, isLost } = this.owner
    const { phase } = host.state
    const renewed = phase._tag === "Ready" ? reveal(phase.id) : undefined
    return (id) => id === renewed || isLost(id)
  }

  private place(): Place {
    const { fingerprint } = this
    return { fingerprint, epoch: this.attempt.epoch, generation: this.owner.host.state.generation }
  }
}
