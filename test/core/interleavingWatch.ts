import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import { Cause, Chunk, Duration, Exit } from "effect"
import type { Request } from "./interleavingService.ts"
import { said } from "./support.ts"

/** A request from the moment at which the transport was asked for it. */
interface Sent {
  readonly request: Request
  readonly at: number
  readonly epoch: number
  /** Whether it began a login, and was not the retry of one. */
  readonly begins: boolean
  open: boolean
  reached: boolean
}

const refusal = /ERR: 00[135]/
const rejection = /ERR: (?:002|004|007|108)/

/**
 * What must hold in whatever order things happen, told by the requests that go out and the events that come in.
 *
 * An epoch is what is between two resets.
 */
export class Watch {
  readonly log: Array<string> = []
  readonly violations: Array<string> = []
  closed = false
  generation = 0
  rejected = false
  degraded = false
  private readonly now: () => number
  private epoch = 0
  private session: { readonly id: string; readonly password: string } | undefined
  private latest: { readonly id: string; readonly password: string } | undefined
  private readonly refused = new Set<string>()
  private readonly sent: Array<Sent> = []
  private readonly messages = new Map<string, Array<string>>()
  /** The reply of a login that the client has not taken up yet. */
  private opened: { readonly id: string; readonly password: string; readonly epoch: number } | undefined
  private announced = false
  private retrying = false
  /** Whether a login may follow another at once. */
  private atOnce = false
  private beginning = false
  /** The callers who wait for a ping, and the requests that were begun for them. */
  private waiting = 0
  private pings = 0
  /** The pings of the current session that were answered, and of which no event has told. */
  unpinged = 0

  constructor(now: () => number) {
    this.now = now
  }

  get requests(): number {
    return this.sent.length
  }

  get loggingIn(): boolean {
    return this.sent.some(({ epoch, open, request }) => open && request.id === undefined && epoch === this.epoch)
  }

  get ready(): boolean {
    return this.session !== undefined
  }

  note(line: string) {
    this.log.push(`${this.now()} ${line}`)
  }

  must(holds: boolean, what: string) {
    if (holds) return
    this.note(`VIOLATION: ${what}`)
    this.violations.push(what)
  }

  // ---- requests

  begin(request: Request): Sent {
    const { id, operation, password, text } = request
    this.note(`> ${operation} ${password ?? Number(id?.slice(8))}`)
    const sent: Sent = {
      request,
      at: this.now(),
      epoch: this.epoch,
      begins: password !== undefined && !this.retrying,
      open: true,
      reached: true
    }
    this.must(!this.closed, `${operation} begun after the session was closed`)
    if (password !== undefined) this.mayLogIn(password, sent)
    // What an effect of the caller's own sends with the id that it was handed is its own affair.
    else if (operation !== "own") this.mayUse(request)
    if (text !== undefined) this.mayRepeat(text)
    this.sent.push(sent)
    return sent
  }

  /** The session hands its id to an effect of a caller's own. */
  hand(id: string) {
    this.must(!this.closed, "an id handed out after the session was closed")
    this.mayUse({ id, operation: "own", password: undefined, text: undefined })
  }

  end(sent: Sent, said: string, mayHaveReached: boolean) {
    const { id, operation, password, text } = sent.request
    sent.open = false
    sent.reached = mayHaveReached
    this.note(`< ${operation} ${password ?? Number(id?.slice(8))} ${said.replace(/decafbad0*/, "")}`)
    if (text !== undefined) this.messages.set(text, [...(this.messages.get(text) ?? []), said])
    if (operation === "ping" || operation === "auth") {
      this.must(said !== "interrupted" || this.closed || sent.epoch !== this.epoch, `${operation} cut short`)
    }
    if (operation === "ping" && said.startsWith("OK:") && id === this.session?.id) this.unpinged += 1
    if (password === undefined) return
    const opened = /OK: (\w+)/.exec(said)?.[1]
    if (opened !== undefined) this.opened = { id: opened, password, epoch: sent.epoch }
    else if (sent.epoch === this.epoch && (refusal.test(said) || rejection.test(said))) this.refused.add(password)
  }

  private mayUse({ id, operation }: Request) {
    this.must(!this.rejected, `${operation} begun while rejected`)
    this.must(this.session?.id === id, `${operation} begun with a session that is not the current one`)
    if (operation !== "ping") return
    // A keep-alive may ping as often as it likes while nobody waits.
    if (this.waiting === 0) this.pings = 0
    this.must(
      !this.sent.some(({ open, request }) => open && request.operation === "ping" && request.id === id),
      "two pings in flight for one session"
    )
    this.pings += 1
    this.must(this.pings <= 2 * mostPings, "more pings than one call with its retries takes")
  }

  private mayLogIn(password: string, { at, begins }: Sent) {
    this.must(!this.loggingIn, "two logins in flight in one epoch")
    this.must(this.announced, "a login that no event told")
    this.must(!this.refused.has(password), "a login with refused credentials")
    const logins = this.sent.filter(({ request }) => request.id === undefined)
    const begun = logins.filter((login) => login.begins && at - login.at < 10_000).length
    if (begins) this.must(begun <= (this.beginning ? 1 : 0), `login number ${begun + 1} begun in 10 seconds`)
    const reached = logins.filter((login) => login.reached && at - login.at < 300_000).length
    this.must(reached < 5, "a sixth login in 5 minutes")
    this.announced = false
    this.retrying = false
  }

  private mayRepeat(text: string) {
    const before = this.messages.get(text) ?? []
    this.must(before.length < 2 && before.every((said) => refusal.test(said)), "a message sent again without a refusal")
  }

  // ---- events

  tell(event: SessionEvent) {
    this.note(`. ${event._tag}${"reason" in event && event.reason !== undefined ? ` ${event.reason}` : ""}`)
    this.must(!this.closed, `${event._tag} after Closed`)
    this.must(!this.announced, `${event._tag} between the word of a login and its request`)
    const opened = event._tag === "Authenticated" ? this.generation + 1 : this.generation
    this.must(event.generation === opened, `${event._tag} tells generation ${event.generation} and not ${opened}`)
    switch (event._tag) {
      case "Authenticating":
        return this.announce()
      case "Authenticated":
        return this.open()
      case "Pinged":
        this.unpinged -= 1
        return this.must(this.ready, "Pinged without a session")
      case "Refused":
      case "Expired":
        return this.lose(event._tag)
      case "Retrying":
        // A renewal waits for a minute, and is a login of its own.
        if (event.operation === "auth" && Duration.toSeconds(event.delay) < 60) this.retrying = true
        return
      case "Degraded":
        this.must(!this.degraded, "Degraded twice")
        this.degraded = true
        return
      case "Recovered":
        this.must(this.degraded, "Recovered from nothing")
        this.degraded = false
        return
      case "Rejected":
        return this.reject(event.reason)
      case "Reset":
        return this.reset()
      case "Closed":
        this.session = undefined
        this.unpinged = 0
        this.closed = true
    }
  }

  private announce() {
    this.beginning = this.atOnce || this.rejected
    this.announced = true
    this.atOnce = false
    this.rejected = false
  }

  private open() {
    const { opened } = this
    this.generation += 1
    this.must(opened?.epoch === this.epoch, "a session that no login of this epoch opened")
    this.opened = undefined
    this.session = opened
    this.latest = opened
    this.rejected = false
    this.retrying = false
  }

  private lose(how: "Refused" | "Expired") {
    this.must(this.ready, `${how} without a session`)
    this.session = undefined
    this.unpinged = 0
    if (how === "Refused") this.atOnce = true
  }

  private reject(reason: string | undefined) {
    const spoken = reason === "SessionFlapping" ? this.latest : this.session
    if (spoken !== undefined) this.refused.add(spoken.password)
    this.session = undefined
    this.unpinged = 0
    this.rejected = true
    this.degraded = true
  }

  private reset() {
    this.epoch += 1
    this.refused.clear()
    Object.assign(this, { session: undefined, rejected: false, retrying: false, atOnce: true })
    this.pings = 0
    this.unpinged = 0
  }

  // ---- callers

  asked(name: string) {
    this.note(`${name} asked for`)
    if (isPing(name)) this.waiting += 1
  }

  /** How a caller ended, in a word. */
  ended(name: string, exit: Exit.Exit<unknown, unknown>, interrupted: boolean): string {
    if (isPing(name)) {
      this.waiting -= 1
      // With one caller's ping all that shared it have ended, and the next may begin.
      if (!interrupted) this.pings = 0
    }
    const outcome = outcomeOf(exit)
    this.note(`${name} ${outcome}`)
    const isOwn = interrupted && outcome === "interrupted"
    this.must(isOwn || isTyped(outcome), `${name} ended neither with a typed error nor with its own interruption`)
    return outcome
  }
}

const outcomeOf = (exit: Exit.Exit<unknown, unknown>): string => {
  if (Exit.isSuccess(exit)) return "succeeded"
  if (exit.cause._tag === "Fail" && exit.cause.error instanceof Error) return said(exit.cause.error)
  // Whoever is interrupted while failing tells both.
  const isInterrupted = Cause.isInterrupted(exit.cause) && Chunk.isEmpty(Cause.defects(exit.cause))
  return isInterrupted ? "interrupted" : Cause.pretty(exit.cause)
}

const isTyped = (outcome: string) =>
  /^(?:succeeded$|(?:AuthFailed|ApiError|SoapFault|MalformedReply|TransportError) )/.test(outcome)

const isPing = (name: string) => name === "ping" || name === "check"

/** One request, three retries and one replay. */
const mostPings = 5
