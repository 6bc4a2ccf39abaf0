import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { AuthFailed } from "../../../Errors.ts"
import { SessionEvent } from "../../../SessionEvent.ts"
import * as SessionId from "../../../SessionId.ts"
import type { Instant } from "../../instant.ts"
import { elapsed } from "../../instant.ts"
import { reveal } from "../../secret.ts"
import type { Cell } from "../cell.ts"
import type { State } from "../machine/state.ts"
import type { LoginFailure } from "../outcome.ts"
import type { Account, Ledger } from "./ledger.ts"
import { away } from "./ledger.ts"
import type { Owner, Place, Unwanted } from "./login.ts"
import { Login } from "./login.ts"
import type * as port from "./port.ts"
import type { Found, Own } from "./protocol.ts"
import * as protocol from "./protocol.ts"
import * as refusals from "./refusals.ts"

/** How much longer than one request a leave lasts, in milliseconds. */
const grace = 5_000

/** Uses are told that often in the time for which an unused session is trusted: nobody pings a session that is busy elsewhere. */
const tellings = 60

/** One session's part in a store. */
export class Member implements port.Member, Owner {
  readonly ledger: Ledger
  readonly host: Cell
  /** By which this session's leaves are told from those of others. */
  private readonly token = globalThis.crypto.randomUUID()
  private logins = 0
  account: Account | undefined
  unwanted: Unwanted | undefined
  forgets = false
  private toldAt: Instant | undefined

  constructor(ledger: Ledger, host: Cell) {
    this.ledger = ledger
    this.host = host
  }

  logIn(attempt: port.Attempt): Effect.Effect<void, LoginFailure> {
    const { shared } = this.host
    return Effect.flatMap(
      this.ledger.identify(shared.transport, attempt.credentials),
      (account) => new Login(this, attempt, account, `${this.token}/${this.logins++}`).run
    )
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
      this.lose(reveal(id), phase._tag === "Rejected" ? phase.error : undefined)
    }
  }

  get lease(): number {
    return Duration.toMillis(this.host.shared.transport.deadline) + grace
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

  private lose(id: string | undefined, error: AuthFailed | undefined): void {
    if (id === undefined) return
    this.unwanted = { id, isDead: true }
    const { account, forgets, host } = this
    const refusal = account === undefined ? undefined : refusals.of(account.credentials, error)
    if (account === undefined || (refusal === undefined && !forgets)) return
    // At once, since nothing says that this process will ask for another.
    host.shared.fork(
      this.ledger.transact(host, account.name, (entry) => ({
        entry: refusal === undefined ? protocol.forget(entry, id) : protocol.bar(entry, id, refusal),
        answer: undefined
      }))
    )
  }

  adopt({ epoch, fingerprint, generation }: Place, account: Account, found: Found): boolean {
    const id = SessionId.make(found.id)
    if (Either.isLeft(id)) return false
    const { host } = this
    // There is a newer one by now.
    if (host.state.generation !== generation || host.state.epoch !== epoch) return true
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

  private own(): (Own & Place) | undefined {
    const { epoch, generation, phase } = this.host.state
    const id = phase._tag === "Ready" ? reveal(phase.id) : undefined
    if (phase._tag !== "Ready" || id === undefined) return undefined
    const now = this.host.now()
    return {
      fingerprint: phase.fingerprint,
      epoch,
      generation,
      id,
      age: elapsed(phase.openedAt, now),
      idle: elapsed(phase.usedAt, now),
      unwanted: this.unwanted?.id
    }
  }
}

const ago = ({ monotonic, wall }: Instant, millis: number): Instant => ({
  wall: wall - millis,
  monotonic: monotonic - BigInt(Math.round(millis * 1e6))
})
