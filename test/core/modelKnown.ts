import { assert } from "@effect/vitest"

const usable = 14 * 60_000
const window = 5 * 60_000
const infancy = 60_000

export interface Instant {
  readonly wall: number
  readonly monotonic: number
}

export const elapsed = (from: Instant, to: Instant) => Math.max(to.wall - from.wall, to.monotonic - from.monotonic)

interface Login {
  readonly at: Instant
  readonly begins: boolean
  reached: boolean
}

const rejection = /ERR: (?:002|004|007|108)/
const refusal = /ERR: 00[135]/

/** What a client may know, from the replies that reached it: the model that its every step is measured by. */
export class Known {
  closed = false
  epoch = 0
  generation = 0
  /** How often it was rejected. */
  rejections = 0
  lastSuccess: Instant | undefined
  private rejected = false
  private readonly refused = new Set<string>()
  private session:
    | { readonly id: string; readonly openedAt: Instant; usedAt: Instant; accepted: boolean; readonly password: string }
    | undefined
  /** How many sessions in a row were refused at once. */
  private stillborn = 0
  private login: Login | undefined
  private logins: ReadonlyArray<Login> = []
  /** A login that ended with its outcome unknown, so that it may be tried again. */
  private unknown: { readonly at: Instant; readonly password: string } | undefined
  /** Whether a login may follow another at once. */
  private atOnce = false
  private appealedAt: Instant | undefined

  expected(now: Instant): string {
    if (this.closed) return "Closed"
    if (this.login !== undefined) return "Authenticating"
    if (this.rejected) return "Rejected"
    return this.session !== undefined && elapsed(this.session.usedAt, now) < usable ? "Ready" : "Idle"
  }

  reset() {
    if (this.closed) return
    this.epoch += 1
    this.refused.clear()
    // The logins that were begun stay: they protect the account.
    this.forget()
    this.login = undefined
    this.stillborn = 0
    this.atOnce = true
  }

  private forget() {
    this.session = undefined
    this.rejected = false
    this.unknown = undefined
  }

  /** The client says that its session is over by its own count. */
  expire(now: Instant) {
    assert.isDefined(this.session, "a session expired that there was not")
    assert.isAtLeast(elapsed(this.session.usedAt, now), usable, "a session expired that might have been used")
    this.session = undefined
    this.stillborn = 0
  }

  /** The provider is read, and gives these credentials unless it fails. */
  read(password: string | undefined, at: Instant) {
    if (this.rejected) {
      const pause = this.appealedAt === undefined ? Infinity : elapsed(this.appealedAt, at)
      assert.isAtLeast(pause, 30_000, "the provider of a rejected session read twice in 30 seconds")
      this.appealedAt = at
    } else if (password !== undefined && this.refused.has(password)) {
      this.reject()
    }
  }

  // What it may send

  mayUse(id: string | undefined, at: Instant) {
    assert.isFalse(this.rejected, "a request of a rejected session")
    assert.isDefined(this.session, "a request without a session")
    assert.strictEqual(id, this.session.id, "a request with an old session")
    assert.isBelow(elapsed(this.session.usedAt, at), usable, "a request with a dead session")
  }

  mayLogIn(password: string, at: Instant) {
    assert.isUndefined(this.login, "two logins in flight")
    assert.isFalse(this.refused.has(password), "a login with refused credentials")
    if (this.session !== undefined) {
      assert.isAtLeast(elapsed(this.session.usedAt, at), usable, "a login while there is a session")
    }
    if (this.rejected) {
      this.stillborn = 0
      this.atOnce = true
    }
    const begins = !this.isRetry(password, at)
    const begun = this.logins.filter((login) => login.begins && elapsed(login.at, at) < 10_000)
    if (begins) assert.isAtMost(begun.length, this.atOnce ? 1 : 0, "logins begun in the 10 seconds before another")
    const reached = this.logins.filter((login) => login.reached && elapsed(login.at, at) < window)
    assert.isAtMost(reached.length, 4, "login requests in the 5 minutes before another")
    this.login = { at, begins, reached: true }
    // What is over by the clock of this moment stays over, even where that clock is then set back.
    this.logins = [
      ...this.logins.filter((login) => elapsed(login.at, at) < (login.reached ? window : 10_000)),
      this.login
    ]
    this.forget()
    if (begins) this.atOnce = false
  }

  // Its retries come after 4 to 4.8 and 8 to 9.6 seconds.
  private isRetry(password: string, at: Instant): boolean {
    if (this.unknown === undefined || this.unknown.password !== password) return false
    const pause = at.monotonic - this.unknown.at.monotonic
    return pause >= 4000 && pause <= 9601
  }

  // What it hears

  loggedIn(login: { readonly epoch: number; readonly password: string; readonly start: Instant }, said: Said) {
    const { epoch, password, start } = login
    if (epoch !== this.epoch || this.closed) return
    if (this.login !== undefined && !said.reached) this.login.reached = false
    this.login = undefined
    const id = /OK: (\w+)/.exec(said.text)?.[1]
    if (id !== undefined) {
      this.generation += 1
      this.session = { id, openedAt: start, usedAt: start, accepted: false, password }
      this.lastSuccess = start
    } else if (rejection.test(said.text) || /ERR: 001/.test(said.text)) {
      this.refused.add(password)
      this.reject()
    } else {
      this.unknown = { at: said.at, password }
    }
  }

  /** Only a ping speaks for the session as a whole, and only what the service said to this client counts at all. */
  used(id: string | undefined, operation: string, start: Instant, said: Said) {
    const { session } = this
    // A word about an older session says nothing about this one.
    if (session === undefined || session.id !== id) return
    if (said.text.includes("OK:")) {
      if (elapsed(session.usedAt, start) > 0) session.usedAt = start
      session.accepted = true
      this.lastSuccess = session.usedAt
      this.stillborn = 0
    } else if (refusal.test(said.text) && operation !== "strange") {
      this.lose(session, operation === "told", said.at)
    } else if (rejection.test(said.text) && operation === "ping") {
      this.refused.add(session.password)
      this.reject()
    }
  }

  private lose(session: NonNullable<Known["session"]>, byWordOfCaller: boolean, now: Instant) {
    const atOnce = !session.accepted && !byWordOfCaller && elapsed(session.openedAt, now) < infancy
    this.stillborn = atOnce ? this.stillborn + 1 : 0
    this.session = undefined
    this.atOnce = true
    if (this.stillborn < 2) return
    this.refused.add(session.password)
    this.reject()
  }

  private reject() {
    this.forget()
    this.rejections += 1
    this.rejected = true
    this.appealedAt = undefined
  }
}

/** What came back for a request: the text, or nothing of use. */
export interface Said {
  readonly text: string
  readonly at: Instant
  readonly reached: boolean
}
