import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { AuthFailed } from "../../../Errors.ts"
import { SessionEvent } from "../../../SessionEvent.ts"
import * as SessionId from "../../../SessionId.ts"
import type { Instant } from "../../instant.ts"
import { elapsed } from "../../instant.ts"
import * as provenance from "../../provenance.ts"
import { reveal } from "../../secret.ts"
import { check } from "../../credentials.ts"
import * as fingerprints from "../machine/fingerprint.ts"
import type { Cell } from "../cell.ts"
import type { State } from "../machine/state.ts"
import type { LoginFailure } from "../outcome.ts"
import type { Entry } from "./entry.ts"
import type { Account, Ledger } from "./ledger.ts"
import { away } from "./ledger.ts"
import type { Known, Owner, Place } from "./login.ts"
import { Login } from "./login.ts"
import { measured } from "./own.ts"
import type * as port from "./port.ts"
import type { Found, Own } from "./protocol.ts"
import * as protocol from "./protocol.ts"
import * as refusals from "./refusals.ts"

/** How much longer than one request a leave lasts, in milliseconds. */
const grace = 5_000

/** How many lost sessions are remembered: a store that was away, or is another by now, may still have an older one. */
const mostLost = 16

/** How many of those that were taken from the store are remembered: a call under way may still meet one that is not the latest. */
const mostGiven = 4

/** Uses are told that often in the time for which an unused session is trusted: nobody pings a session that is busy elsewhere. */
const tellings = 60

/** The session that there is, whose it is, and where another one would be put. */
interface Held extends Known, Place {
  readonly own: Own
}

/** One session's part in a store. */
export class Member implements port.Member, Owner {
  readonly ledger: Ledger
  readonly host: Cell
  /** By which this session's leaves are told from those of others. */
  private readonly token = globalThis.crypto.randomUUID()
  private logins = 0
  known: Known | undefined
  resetAt: Instant | undefined
  /** The sessions that were lost here, the latest last. */
  private lost: ReadonlyArray<string> = []
  /** The sessions that were taken from the store, the latest last. */
  private given: ReadonlyArray<SessionId.SessionId> = []
  private toldAt: Instant | undefined

  constructor(ledger: Ledger, host: Cell) {
    this.ledger = ledger
    this.host = host
  }

  readonly isLost = (id: string): boolean => this.lost.includes(id)

  readonly hasGiven = (refusal: unknown): boolean => this.given.some((id) => provenance.isOf(refusal, id))

  logIn(attempt: port.Attempt): Effect.Effect<void, LoginFailure> {
    return Effect.suspend(() => {
      const { credentials } = attempt
      // What was wiped from memory names no account; the request says so, and is not sent.
      if (Either.isLeft(check(credentials))) return attempt.send()
      const fingerprint = fingerprints.of(credentials)
      return Effect.flatMap(this.ledger.identify(this.host.shared.transport, credentials), (account) => {
        const token = `${this.token}/${this.logins++}`
        return new Login(this, attempt, { account, fingerprint }, token).run
      })
    })
  }

  get claim(): Effect.Effect<port.Claim> {
    return Effect.suspend(() => {
      const { host, token } = this
      const held = this.held()
      if (held === undefined) return Effect.succeed<port.Claim>("ping")
      const { account, own } = held
      const claimed = this.ledger.transact(host, account.name, (entry, now) =>
        protocol.claim(entry, now, { token, lease: this.lease, own, rules: host.rules })
      )
      return Effect.map(claimed, (answer): port.Claim => {
        if (answer === away || answer._tag === "Granted") return "ping"
        if (answer._tag === "Busy") return answer.wait
        if (answer._tag === "Found") return this.adopt(held, account, answer) ? "see" : "ping"
        const now = host.now()
        host.apply({ _tag: "Skip", usedAt: ago(now, answer.idle) }, now)
        return "see"
      })
    })
  }

  notice(_: Cell, before: State, events: ReadonlyArray<SessionEvent>): void {
    const { phase } = this.host.state
    if (events.some(SessionEvent.$is("Reset"))) this.forget()
    else if (phase._tag === "Ready") this.resetAt = undefined
    if (before.phase._tag !== "Ready" || phase._tag === "Closed") return
    const { id, usedAt } = before.phase
    if (phase._tag === "Ready") {
      const isUsed = phase.id === id && phase.usedAt !== usedAt && !events.some(SessionEvent.$is("Skipped"))
      if (isUsed) this.tell(events.some(SessionEvent.$is("Pinged")))
    } else if (phase._tag !== "Idle" || phase.absence !== "Expired") {
      this.lose(reveal(id), phase._tag === "Rejected" ? phase.error : undefined)
    }
  }

  get lease(): number {
    return Duration.toMillis(this.host.shared.transport.deadline) + grace
  }

  /** Tells the others of a use, in the background, and not of each. */
  private tell(isPing: boolean): void {
    const { host } = this
    const now = host.now()
    const least = host.rules.usable / tellings
    if (!isPing && this.toldAt !== undefined && elapsed(this.toldAt, now) < least) return
    this.toldAt = now
    host.shared.fork(
      Effect.suspend(() => {
        const held = this.held()
        if (held === undefined) return Effect.void
        const { account, own } = held
        const told = this.ledger.transact(host, account.name, (entry, now) =>
          protocol.use(entry, now, { lease: this.lease, own, least: isPing ? 0 : least, rules: host.rules })
        )
        return Effect.map(told, (answer) => {
          if (answer !== away && answer !== undefined) this.adopt(held, account, answer)
        })
      })
    )
  }

  private lose(id: string | undefined, error: AuthFailed | undefined): void {
    if (id === undefined) return
    this.lost = [...this.lost, id].slice(-mostLost)
    const { known } = this
    const refusal = known === undefined ? undefined : refusals.of(known.account.credentials, error)
    if (refusal !== undefined) this.announce((entry, now) => protocol.bar(entry, now, id, refusal))
  }

  private forget(): void {
    const { host } = this
    const resetAt = host.now()
    this.resetAt = resetAt
    this.announce((entry, now) => protocol.forget(entry, now - elapsed(resetAt, host.now())))
  }

  /** Tells the others at once, since nothing says that this process will ask for another session. */
  private announce(change: (entry: Entry, now: number) => Entry): void {
    const { host, known, ledger } = this
    if (known === undefined) return
    const step = (entry: Entry, now: number) => ({ entry: change(entry, now), answer: undefined })
    host.shared.fork(ledger.transact(host, known.account.name, step))
  }

  adopt({ epoch, fingerprint, generation }: Place, account: Account, found: Found): boolean {
    const id = SessionId.make(found.id)
    if (Either.isLeft(id)) return false
    const { host } = this
    // There is a newer one by now.
    if (host.state.generation !== generation || host.state.epoch !== epoch) return true
    const now = host.now()
    this.known = { account, fingerprint }
    this.given = [...this.given, id.right].slice(-mostGiven)
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

  private held(): Held | undefined {
    const { epoch, generation, phase } = this.host.state
    const { known } = this
    // While another account takes the place of one, what is known may be of either.
    if (phase._tag !== "Ready" || known?.fingerprint !== phase.fingerprint) return undefined
    const id = reveal(phase.id)
    if (id === undefined) return undefined
    const { openedAt, usedAt } = phase
    return { ...known, epoch, generation, own: measured(this.host, { id, isLost: this.isLost, openedAt, usedAt }) }
  }
}

const ago = ({ monotonic, wall }: Instant, millis: number): Instant => ({
  wall: wall - millis,
  monotonic: monotonic - BigInt(Math.round(millis * 1e6))
})
