import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { AuthFailed } from "../../../Errors.ts"
import type { ExchangeError } from "../../../Errors.ts"
import { SessionEvent } from "../../../SessionEvent.ts"
import * as SessionId from "../../../SessionId.ts"
import type { Instant } from "../../instant.ts"
import { elapsed } from "../../instant.ts"
import * as jitter from "../../jitter.ts"
import type { Cell } from "../cell.ts"
import { overBudget } from "../machine/acquiring.ts"
import { leaveOf } from "../machine/authenticating.ts"
import type { Fingerprint } from "../machine/fingerprint.ts"
import * as fingerprints from "../machine/fingerprint.ts"
import type { State } from "../machine/state.ts"
import type { LoginFailure } from "../outcome.ts"
import type { Refusal } from "./entry.ts"
import type { Account, Ledger } from "./ledger.ts"
import { away } from "./ledger.ts"
import type * as port from "./port.ts"
import type { Found, Own } from "./protocol.ts"
import * as protocol from "./protocol.ts"

/** How much longer than one request a leave lasts, in milliseconds. */
const grace = 5_000

/** How long, at first and at most, one waits to see whether another's login is over, in milliseconds. */
const firstPause = 50
const longestPause = 1_000

/** Uses are told that often in the time for which an unused session is trusted: nobody pings a session that is busy elsewhere. */
const tellings = 60

/** One session's part in a store. */
export class Member implements port.Member {
  private readonly ledger: Ledger
  private readonly host: Cell
  /** By which this session's leaves are told from those of others. */
  private readonly token = globalThis.crypto.randomUUID()
  private logins = 0
  /** The account of the session that there is, or was. */
  private account: Account | undefined
  /** The last session that was lost here and not by age: it is not taken from the store again. */
  private unwanted: { readonly id: string; readonly isDead: boolean } | undefined
  /** Whether the next login is to forget what the store knows. */
  private forgets = false
  private toldAt: Instant | undefined

  constructor(ledger: Ledger, host: Cell) {
    this.ledger = ledger
    this.host = host
  }

  logIn(attempt: port.Attempt): Effect.Effect<void, LoginFailure> {
    const { shared } = this.host
    return Effect.flatMap(this.ledger.identify(shared.transport, attempt.credentials), (account) => {
      const login = new Login(attempt, account, `${this.token}/${this.logins++}`)
      const next = (taking: boolean, go: Effect.Effect<void, LoginFailure>) =>
        Effect.flatMap(this.seek(login, taking), (isSettled) => (isSettled ? Effect.void : go))
      // Whoever only takes what is there waits for nobody's turn to log in.
      return next(false, shared.admit(next(true, this.send(login)), attempt.isWanted))
    })
  }

  get claim(): Effect.Effect<port.Claim> {
    return Effect.suspend(() => {
      const { account, host, token } = this
      const own = this.own()
      if (own === undefined || account === undefined) return Effect.succeed<port.Claim>("ping")
      const claimed = this.ledger.transact(host, account.name, (entry, now) =>
        protocol.claim(entry, now, { token, lease: this.lease, own, rules: host.rules })
      )
      return Effect.map(claimed, (answer): port.Claim => {
        if (answer === away || answer._tag === "Granted") return "ping"
        if (answer._tag === "Busy") return answer.wait
        if (answer._tag === "Found") return this.adopt(own, account, answer) ? "see" : "ping"
        const now = host.now()
        host.apply({ _tag: "Skip", usedAt: ago(now, answer.idle) }, now)
        return "see"
      })
    })
  }

  notice(_: Cell, before: State, events: ReadonlyArray<SessionEvent>): void {
    const { phase } = this.host.state
    if (events.some(SessionEvent.$is("Reset"))) this.forgets = true
    if (before.phase._tag !== "Ready" || phase._tag === "Closed") return
    const { id, usedAt } = before.phase
    if (phase._tag === "Ready") {
      const isUsed = phase.id === id && phase.usedAt !== usedAt && !events.some(SessionEvent.$is("Skipped"))
      if (isUsed) this.tell(events.some(SessionEvent.$is("Pinged")))
    } else if (phase._tag !== "Idle" || phase.absence !== "Expired") {
      this.lose(Redacted.value(id), phase._tag === "Rejected" ? phase.error : undefined)
    }
  }

  private get lease(): number {
    return Duration.toMillis(this.host.shared.transport.deadline) + grace
  }

  /** Looks for a session to take, or for leave to log in; says whether there is nothing left to do. */
  private seek(login: Login, taking: boolean): Effect.Effect<boolean, LoginFailure> {
    const { attempt, account } = login
    const start = this.host.now()
    const go = (pause: number): Effect.Effect<boolean, LoginFailure> =>
      Effect.suspend(() => {
        if (attempt.endIfDeserted()) return Effect.interrupt
        const place = this.place(fingerprints.of(attempt.credentials), attempt.epoch)
        return Effect.flatMap(this.ask(login, account.name, taking), (answer) => {
          if (answer === away) return Effect.succeed(false)
          this.forgets = false
          switch (answer._tag) {
            case "Found":
              return Effect.succeed(this.adopt(place, account, answer))
            case "Refused":
              return this.refuse(attempt, answer.refusal)
            case "OverBudget":
              return Effect.fail(unsent(attempt, overBudget(this.host.now(), answer.wait)))
            case "Granted":
              return taking ? Effect.succeed(false) : this.seekElsewhere(login, place)
            case "Busy":
              // Leaves that are given to one after the other keep nobody waiting for ever.
              return elapsed(start, this.host.now()) > 2 * this.lease
                ? Effect.succeed(false)
                : Effect.zipRight(this.rest(Math.min(pause, answer.wait)), go(Math.min(2 * pause, longestPause)))
          }
        })
      })
    return go(firstPause)
  }

  private rest(pause: number): Effect.Effect<void> {
    return Effect.flatMap(jitter.share(Duration.millis(pause), 0.5, 1), (share) => this.host.shared.clock.sleep(share))
  }

  private ask({ account, attempt, token }: Login, name: string, takes: boolean) {
    const { host } = this
    const { phase } = host.state
    // A session that is renewed ahead of its end is as good as before, and not what is looked for.
    const unwanted = phase._tag === "Ready" ? { id: Redacted.value(phase.id), isDead: false } : this.unwanted
    return this.ledger.transact(host, name, (entry, now) =>
      protocol.ask(entry, now, {
        token,
        takes,
        lease: this.lease,
        credentials: account.credentials,
        unwanted: unwanted?.id,
        isDead: unwanted?.isDead === true,
        forgets: this.forgets,
        leave: attempt.retry ? "Retry" : leaveOf(phase),
        rules: host.rules
      })
    )
  }

  /** While keys are rotated, others may know the account by another name. */
  private seekElsewhere(login: Login, place: Place): Effect.Effect<boolean> {
    return Effect.reduce(login.account.otherNames, false, (isSettled, name) =>
      isSettled
        ? Effect.succeed(true)
        : Effect.map(
            this.ask(login, name, false),
            (answer) => answer !== away && answer._tag === "Found" && this.adopt(place, login.account, answer)
          )
    )
  }

  private refuse({ credentials, epoch }: port.Attempt, { code, reason }: Refusal): Effect.Effect<never, LoginFailure> {
    const error = new AuthFailed({ operation: "auth", reason, code })
    return Effect.suspend(() => {
      this.host.apply({ _tag: "Barred", epoch, credentials, error })
      return Effect.fail({ error, credentials, sent: false })
    })
  }

  private send(login: Login): Effect.Effect<void, LoginFailure> {
    return Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(
        Effect.exit(restore(login.attempt.send((id, start) => this.publish(login, id, start)))),
        (exit) => {
          if (Exit.isSuccess(exit)) return Effect.void
          const failure = Option.getOrUndefined(Cause.failureOption(exit.cause))
          const withdrawn = this.withdraw(login, failure)
          // Who was interrupted waits for nothing.
          if (failure !== undefined) return Effect.zipRight(withdrawn, exit)
          this.host.shared.fork(withdrawn)
          return exit
        }
      )
    )
  }

  /** Tells of a session that a login has opened, and takes another one that is there by now because the leave has run out. */
  private publish({ account, attempt, token }: Login, id: SessionId.SessionId, start: Instant): Effect.Effect<boolean> {
    return Effect.suspend(() => {
      const { host } = this
      const place = this.place(fingerprints.of(attempt.credentials), attempt.epoch)
      const age = elapsed(start, host.now())
      const own: Own = { id: Redacted.value(id), age, idle: age, unwanted: this.unwanted?.id }
      const committed = this.ledger.transact(host, account.name, (entry, now) =>
        protocol.commit(entry, now, { token, credentials: account.credentials, own, rules: host.rules })
      )
      return Effect.map(committed, (answer) => {
        this.account = account
        // Until it is stored, the one that it replaces may still be there.
        if (answer !== away) this.unwanted = undefined
        return answer !== away && answer !== undefined && this.adopt(place, account, answer)
      })
    })
  }

  private withdraw({ account, token }: Login, failure: LoginFailure | undefined): Effect.Effect<unknown> {
    const sent = failure?.sent ?? true
    const error = failure?.error
    const ending = {
      token,
      sent,
      reached: !(error?._tag === "TransportError" && !error.mayHaveReached),
      refusal: sent ? refusalOf(account.credentials, error) : undefined
    }
    return this.ledger.transact(this.host, account.name, (entry) => protocol.withdraw(entry, ending))
  }

  /** Tells the others of a use, in the background, and not of each. */
  private tell(isPing: boolean): void {
    const { account, host } = this
    if (account === undefined) return
    const now = host.now()
    const least = host.rules.usable / tellings
    if (!isPing && this.toldAt !== undefined && elapsed(this.toldAt, now) < least) return
    this.toldAt = now
    host.shared.fork(
      Effect.suspend(() => {
        const own = this.own()
        if (own === undefined) return Effect.void
        const told = this.ledger.transact(host, account.name, (entry, now) =>
          protocol.use(entry, now, { own, least: isPing ? 0 : least, rules: host.rules })
        )
        return Effect.map(told, (answer) => {
          if (answer !== away && answer !== undefined) this.adopt(own, account, answer)
        })
      })
    )
  }

  private lose(id: string, error: AuthFailed | undefined): void {
    this.unwanted = { id, isDead: true }
    const { account, forgets, host } = this
    const refusal = account === undefined ? undefined : refusalOf(account.credentials, error)
    if (account === undefined || (refusal === undefined && !forgets)) return
    // At once, since nothing says that this process will ask for another.
    host.shared.fork(
      this.ledger.transact(host, account.name, (entry) => ({
        entry: refusal === undefined ? protocol.forget(entry, id) : protocol.bar(entry, id, refusal),
        answer: undefined
      }))
    )
  }

  /** Goes on with a session of the store's in place of whatever there was; `false` where it cannot be sent. */
  private adopt({ epoch, fingerprint, generation }: Place, account: Account, found: Found): boolean {
    const id = SessionId.make(found.id)
    if (Either.isLeft(id)) return false
    const { host } = this
    const now = host.now()
    this.account = account
    this.unwanted = undefined
    host.apply(
      {
        _tag: "Adopted",
        epoch,
        instead: generation,
        id: id.right,
        fingerprint,
        openedAt: ago(now, found.age),
        usedAt: ago(now, found.idle)
      },
      now
    )
    return true
  }

  private place(fingerprint: Fingerprint, epoch: number): Place {
    return { fingerprint, epoch, generation: this.host.state.generation }
  }

  private own(): (Own & Place) | undefined {
    const { phase, epoch } = this.host.state
    if (phase._tag !== "Ready") return undefined
    const now = this.host.now()
    return {
      ...this.place(phase.fingerprint, epoch),
      id: Redacted.value(phase.id),
      age: elapsed(phase.openedAt, now),
      idle: elapsed(phase.usedAt, now),
      unwanted: this.unwanted?.id
    }
  }
}

/** Where a session of the store's would be put: it comes too late if there is another by then. */
interface Place {
  readonly fingerprint: Fingerprint
  readonly epoch: number
  readonly generation: number
}

/** One login, with the leave for it. */
class Login {
  readonly attempt: port.Attempt
  readonly account: Account
  readonly token: string

  constructor(attempt: port.Attempt, account: Account, token: string) {
    this.attempt = attempt
    this.account = account
    this.token = token
  }
}

const unsent = ({ credentials }: port.Attempt, error: AuthFailed): LoginFailure => ({ error, credentials, sent: false })

const ago = ({ monotonic, wall }: Instant, millis: number): Instant => ({
  wall: wall - millis,
  monotonic: monotonic - BigInt(Math.round(millis * 1e6))
})

/** What is shared of a refusal: an address that is locked out is that of one process, and the others may have other ones. */
const refusalOf = (credentials: string, error: ExchangeError | undefined): Refusal | undefined => {
  if (error?._tag !== "AuthFailed") return undefined
  const { code, reason } = error
  return reason === "BadCredentials" || reason === "AccountFrozen" || reason === "InvalidApiId"
    ? { credentials, reason, ...(code === undefined ? {} : { code }) }
    : undefined
}
