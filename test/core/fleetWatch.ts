import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import type { Entry } from "../../packages/core/src/internal/session/store/entry.ts"
import { epoch } from "./fleetRegister.ts"
import type { RemoteService } from "./fleetService.ts"
import type { Timeline, Wire } from "./fleetWire.ts"
import type { Request } from "./interleavingService.ts"

const second = 1000

/** After trouble: how long a process may leave the store alone, and wait for it in vain. */
const recovery = 10 * second
/** How long a process that is awake takes to tell the store what it knows. */
const word = 2 * second
/** How often a use is told that is no ping, and the slack of whoever counts in these terms. */
const telling = 16 * second

/** How wrong the store's clock may be, by which it tells what came first. */
const clockError = 125 * second

/** How long a request and its answer take on their way where that is no trouble. */
const slowness = 6 * second

const interval = 600 * second
const leave = 20 * second
const usable = 840 * second

/** What is known of a process, as far as its requests and events tell. */
export interface Member {
  readonly name: string
  readonly isAwake: boolean
  readonly isKept: boolean
  readonly isMap: boolean
  /** Whether a caller waits for a ping, which is then not the keep-alive's. */
  readonly isAsked: boolean
}

interface Known {
  /** The session that it uses, and since when it does so without a break. */
  holds: string | undefined
  since: number
  /** When it was last told to use another. */
  changed: number
  detached: boolean
  /** When it was reset, until it has another session. */
  resetAt: number | undefined
  /** When it was told of each session that it is refused, and of which passwords until a reset. */
  readonly refused: Map<string, number>
  readonly passwords: Set<string>
}

interface Sent {
  readonly member: Member
  readonly request: Request
  readonly at: number
  /** Whether it is a ping that no caller asked for. */
  readonly byItself: boolean
  open: boolean
  heard: boolean
}

/** What a fleet promises, told by the requests of all of its processes, and by what they store. */
export class FleetWatch {
  readonly log: Array<string> = []
  readonly violations: Array<string> = []
  logins = 0
  requests = 0
  private readonly timeline: Timeline
  private readonly store: Wire
  private readonly way: Wire
  private readonly service: RemoteService
  private readonly known = new Map<Member, Known>()
  private readonly sent: Array<Sent> = []
  /** When each password was refused that nobody may send again. */
  private readonly refused = new Map<string, number>()
  private stored: Entry["session"]
  private storedSince = 0
  /** The latest that a process was killed, put to sleep or woken, and that a session was reset. */
  private disturbed = Number.NEGATIVE_INFINITY
  private lastReset = Number.NEGATIVE_INFINITY
  private asleep = 0
  /** What somebody used and is to have been told to the store by then. */
  /** The session that the fleet is known to have: what was used and told. */
  private settled: string | undefined
  private settledSince = 0
  private readonly owed: Array<{ readonly id: string; readonly since: number; readonly by: number }> = []

  constructor(timeline: Timeline, store: Wire, way: Wire, service: RemoteService) {
    this.timeline = timeline
    this.store = store
    this.way = way
    this.service = service
  }

  note(line: string) {
    this.log.push(`${(this.timeline.now / second).toFixed(3)} ${line}`)
  }

  must(holds: boolean, what: string) {
    if (holds) return
    this.note(`VIOLATION: ${what}`)
    this.violations.push(what)
  }

  // ---- what is done to the fleet

  /** A process was killed, put to sleep or woken. */
  disturb(asleep: number) {
    this.asleep = asleep
    this.disturbed = this.timeline.now
    for (const [member, known] of this.known) if (!member.isAwake) known.holds = undefined
  }

  // ---- what is stored

  /** What the store holds now; `by` is whether a process wrote it. */
  keep(entry: Entry | undefined, by: boolean) {
    const { stored } = this
    const session = entry?.session
    if (session?.id === stored?.id && session?.dead === stored?.dead) {
      this.stored = session
      return
    }
    this.note(`= ${session === undefined ? "nothing" : `${short(session.id)}${session.dead === true ? " dead" : ""}`}`)
    if (by && stored !== undefined && session !== undefined && stored.dead !== true && this.isGood(stored.id)) {
      const isNewer = session.id >= stored.id || !this.store.isFine(this.storedSince - recovery)
      this.must(isNewer, "an older session stored over a newer one")
    }
    this.stored = session
    this.storedSince = this.timeline.now
  }

  // ---- requests

  begin(member: Member, request: Request): (said: string, heard: boolean) => void {
    const { now } = this.timeline
    const { id, operation, password } = request
    this.note(`${member.name} > ${operation} ${password ?? short(id)}`)
    this.requests += 1
    const byItself = operation === "ping" && !member.isAsked
    const sent: Sent = { member, request, at: now, byItself, open: true, heard: true }
    if (password === undefined) this.mayUse(sent)
    else this.mayLogIn(sent, password)
    this.sent.push(sent)
    return (said, heard) => this.end(sent, said, heard)
  }

  private end(sent: Sent, said: string, heard: boolean) {
    const { member, request } = sent
    const { id, operation, password } = request
    const { now } = this.timeline
    this.note(`${member.name} < ${operation} ${password ?? short(id)} ${said.replace(/decafbad0*/, "")}`)
    sent.open = false
    sent.heard = heard
    const known = this.of(member)
    const isRefusal = /ERR: 00[135]/.test(said)
    if (isRefusal && id !== undefined) {
      known.refused.set(id, now)
      if (id === known.holds) known.holds = undefined
    }
    if (/ERR: 00[14]/.test(said) && password !== undefined) {
      known.passwords.add(password)
      this.refused.set(password, now)
    }
    if (!said.startsWith("OK:")) return
    const used = id ?? said.slice("OK: ".length)
    if (password !== undefined) this.refused.delete(password)
    if (known.holds !== used && sent.at >= known.changed) {
      known.holds = used
      known.since = now
    }
    this.owed.push({ id: used, since: now, by: now + telling + word })
  }

  private mayLogIn({ at, member }: Sent, password: string) {
    this.logins += 1
    this.must(!this.of(member).passwords.has(password), "a login with a password that was refused to the same process")
    const others = this.sent.filter(
      ({ member, open, request }) => open && request.password !== undefined && member.isAwake
    )
    for (const other of others) {
      this.must(!this.isQuiet(other.at - recovery), `a login while ${other.member.name} logs in`)
    }
    this.mustNeed(at)
    const since = this.refused.get(password)
    if (since !== undefined) {
      this.must(
        at - since < word || !this.isQuiet(since - recovery),
        "a login with a password that was refused to the fleet"
      )
    }
    const logins = this.sent.filter(({ request }) => request.password !== undefined)
    const counted = (time: number) => logins.filter((login) => login.heard && at - login.at < time).length
    // What counts is when leave was given, which is a little earlier. The second answers a loss, other credentials or a request that failed.
    if (this.isCalm(at - 30 * second)) this.must(counted(9 * second) < 2, "a third login in 10 seconds")
    if (this.isQuiet(at - 320 * second)) this.must(counted(298 * second) < 5, "a sixth login in 5 minutes")
  }

  /** Nobody logs in while there is a session, unless somebody who was reset since it was opened is still to have another. */
  private mustNeed(at: number) {
    if (!this.isQuiet(at - 30 * second)) return
    const { settled, stored } = this
    const isNeedless = (id: string) => this.isGood(id) && !this.isForgotten(id)
    if (stored !== undefined && stored.dead !== true) {
      const told = at - this.storedSince >= word && epoch + at - stored.usedAt < usable - 60 * second
      this.must(!(told && isNeedless(stored.id)), `a login while the store knows the good session ${short(stored.id)}`)
    }
    if (settled !== undefined && this.store.isFine(this.settledSince - recovery)) {
      this.must(!isNeedless(settled), `a login while the fleet has the good session ${short(settled)}`)
    }
  }

  private mayUse({ at, byItself, member, request: { id = "", operation } }: Sent) {
    const known = this.of(member)
    const since = known.refused.get(id)
    this.must(since === undefined || since === at, `${operation} with a session that was refused to ${member.name}`)
    if (!byItself || this.stored?.id !== id || this.stored.dead === true) return
    for (const other of this.sent) {
      if (!other.open || !other.byItself || other.request.id !== id || !other.member.isAwake) continue
      const isTold = this.isQuiet(other.at - recovery) && this.storedSince <= other.at
      this.must(!isTold, `a ping while ${other.member.name} pings`)
    }
    const used = this.usedAt(id)
    if (used === undefined || at - used < word + slowness || this.storedSince > used) return
    const least = (member.isMap ? interval / 5 : (interval * 4) / 5) * 0.9 - telling - word - slowness
    this.must(at - used >= least || !this.isCalm(used - recovery), `a ping ${(at - used) / second} seconds after a use`)
  }

  /** When a session was last used: the start of what succeeded. */
  private usedAt(id: string): number | undefined {
    return this.service.used.get(id)
  }

  // ---- events

  tell(member: Member, event: SessionEvent) {
    this.note(
      `${member.name} . ${event._tag}${"reason" in event && event.reason !== undefined ? ` ${event.reason}` : ""}`
    )
    const known = this.of(member)
    if (changes.has(event._tag)) {
      known.holds = undefined
      known.changed = this.timeline.now
    }
    switch (event._tag) {
      case "Detached":
      case "Attached": {
        const detached = event._tag === "Detached"
        this.must(known.detached !== detached, `${member.name} tells ${event._tag} twice`)
        known.detached = detached
        return
      }
      case "Reset":
        this.lastReset = this.timeline.now
        this.refused.clear()
        this.settled = undefined
        known.passwords.clear()
        known.resetAt = this.timeline.now
        return
      case "Adopted":
      case "Authenticated":
        known.resetAt = undefined
    }
  }

  // ---- time

  /** What must hold at any moment. */
  look() {
    const { now } = this.timeline
    for (const [member, { holds, since }] of this.known) {
      if (holds === undefined || !member.isKept || !member.isAwake || !this.service.keeps(holds)) continue
      const from = Math.max(since, this.usedAt(holds) ?? now)
      const limit = interval + leave + telling
      if (now - from > limit && this.isCalm(now - limit - recovery)) {
        this.must(false, `${short(holds)} was not used for ${(now - from) / second} seconds`)
      }
    }
    for (let next = this.owed[0]; next !== undefined && next.by <= now; next = this.owed[0]) {
      this.owed.shift()
      if (!this.isQuiet(next.since - recovery) || !this.isGood(next.id) || this.loggingIn) continue
      const { stored } = this
      if (this.isForgotten(next.id)) continue
      this.must(stored !== undefined && stored.dead !== true, `nobody told the store of ${short(next.id)}`)
      this.settled = next.id
      this.settledSince = next.since
    }
  }

  /** Whether somebody was reset since a session was opened, and is still to have another: that is to be forgotten for all. */
  private isForgotten(id: string): boolean {
    const opened = (this.service.opened.get(id) ?? 0) - clockError
    return [...this.known.values()].some(({ resetAt }) => resetAt !== undefined && opened <= resetAt)
  }

  private get loggingIn(): boolean {
    return this.sent.some(({ open, request }) => open && request.password !== undefined)
  }

  /** Whether the service would still accept a session for a while, and never said that it would not. */
  private isGood(id: string): boolean {
    return this.service.keeps(id, 75 * second) && !this.service.denied.has(id)
  }

  /** Whether since that moment nothing was wrong with the store, and no process was killed, put to sleep, woken or reset. */
  private isQuiet(since: number): boolean {
    return this.store.isFine(since) && this.asleep === 0 && this.disturbed < since && this.lastReset < since
  }

  /** Whether nothing was wrong with the service either. */
  private isCalm(since: number): boolean {
    return this.isQuiet(since) && this.way.isFine(since)
  }

  private of(member: Member): Known {
    const known = this.known.get(member) ?? {
      holds: undefined,
      since: 0,
      changed: 0,
      detached: false,
      resetAt: undefined,
      refused: new Map(),
      passwords: new Set<string>()
    }
    this.known.set(member, known)
    return known
  }
}

/** With what events a process goes over to another session, or has none any more. */
const changes: ReadonlySet<SessionEvent["_tag"]> = new Set([
  "Adopted",
  "Refused",
  "Expired",
  "Rejected",
  "Reset",
  "Closed"
])

const short = (id: string | undefined): string => (id === undefined ? "" : `#${Number(id.slice("decafbad".length))}`)
