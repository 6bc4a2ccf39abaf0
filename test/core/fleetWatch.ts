import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import type { Entry } from "../../packages/core/src/internal/session/store/entry.ts"
import { epoch } from "./fleetRegister.ts"
import type { RemoteService } from "./fleetService.ts"
import { Calm, clockError, recovery, second, slowness, telling, word } from "./fleetCalm.ts"
import type { Member } from "./fleetMember.ts"
import { Known } from "./fleetMember.ts"
import type { Timeline, Wire } from "./fleetWire.ts"
import type { Request } from "./interleavingService.ts"

const interval = 600 * second
const leave = 20 * second
const usable = 840 * second
/** From what share of its own idle time on a process takes a use for its own. */
const noise = 0.9

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
  /** How old a session may become, in milliseconds. */
  maxAge = Number.POSITIVE_INFINITY
  private readonly timeline: Timeline
  private readonly calm: Calm
  private readonly service: RemoteService
  private readonly known = new Map<Member, Known>()
  private readonly sent: Array<Sent> = []
  /** The start of the latest exchange of each session that some process knows to have succeeded. */
  private readonly used = new Map<string, number>()
  /** When each password was refused that nobody may send again. */
  private readonly refused = new Map<string, number>()
  private stored: Entry["session"]
  private storedSince = 0
  /** The session that the fleet is known to have: what was used and told. */
  private settled: string | undefined
  private settledSince = 0
  /** What somebody used, since when, and by when that is to be told. */
  private readonly owed: Array<{
    readonly known: Known
    readonly id: string
    readonly since: number
    readonly by: number
  }> = []

  constructor(timeline: Timeline, store: Wire, way: Wire, service: RemoteService) {
    this.timeline = timeline
    this.calm = new Calm(timeline, store, way)
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

  /** A process was killed, put to sleep or woken, and so many sleep. */
  disturb(asleep: number) {
    this.calm.disturb(asleep)
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
      const isNewer = session.id >= stored.id || !this.calm.hasStore(this.storedSince - recovery)
      this.must(isNewer, "an older session stored over a newer one")
    }
    this.stored = session
    this.storedSince = this.timeline.now
    // Some still use it, and take no other for newer; others were told that it is over.
    if (session !== undefined && this.service.denied.has(session.id)) this.settled = undefined
  }

  // ---- requests

  begin(member: Member, request: Request): (said: string, heard: boolean) => void {
    const { now } = this.timeline
    const { id, operation, password } = request
    this.note(`${member.name} > ${operation} ${password ?? short(id)}`)
    this.requests += 1
    if (operation === "getbalance") this.of(member).awaited = Math.max(0, this.of(member).awaited - 1)
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
    if (/ERR: 00[135]/.test(said) && id !== undefined) known.refuse(id, now)
    if (/ERR: 00[14]/.test(said) && password !== undefined) {
      known.passwords.add(password)
      this.refused.set(password, now)
    }
    if (!said.startsWith("OK:")) return
    const used = id ?? said.slice("OK: ".length)
    if (password !== undefined) this.refused.delete(password)
    known.use(used, sent.at, now)
    this.used.set(used, Math.max(sent.at, this.used.get(used) ?? 0))
    this.owed.push({ known, id: used, since: now, by: now + telling + word })
  }

  private mayLogIn({ at, member }: Sent, password: string) {
    this.logins += 1
    this.must(!this.of(member).passwords.has(password), "a login with a password that was refused to the same process")
    const others = this.sent.filter(
      ({ member, open, request }) => open && request.password !== undefined && member.isAwake
    )
    for (const other of others) {
      this.must(!this.calm.isQuiet(other.at - recovery), `a login while ${other.member.name} logs in`)
    }
    this.mustNeed(at)
    const since = this.refused.get(password)
    if (since !== undefined) {
      this.must(
        at - since < word || !this.calm.isQuiet(since - recovery),
        "a login with a password that was refused to the fleet"
      )
    }
    const logins = this.sent.filter(({ request }) => request.password !== undefined)
    const counted = (time: number) => logins.filter((login) => login.heard && at - login.at < time).length
    // What counts is when leave was given, a little earlier; the second answers a loss, other credentials or a failed request.
    if (this.calm.isWhole(at - 30 * second)) this.must(counted(9 * second) < 2, "a third login in 10 seconds")
    if (this.calm.isQuiet(at - 320 * second)) this.must(counted(298 * second) < 5, "a sixth login in 5 minutes")
  }

  /** Nobody logs in while there is a session, unless somebody who was reset since it was opened is still to have another. */
  private mustNeed(at: number) {
    if (!this.calm.isQuiet(at - 30 * second)) return
    const { settled, stored } = this
    const isNeedless = (id: string) => this.isGood(id) && !this.isForgotten(id)
    if (stored !== undefined && stored.dead !== true) {
      const told = at - this.storedSince >= word && epoch + at - stored.usedAt < usable - 60 * second
      this.must(!(told && isNeedless(stored.id)), `a login while the store knows the good session ${short(stored.id)}`)
    }
    // Of a use that nobody lived to tell, nobody knows.
    const isTrusted = settled !== undefined && at - this.settledSince < usable - 60 * second
    if (isTrusted && this.calm.hasStore(this.settledSince - recovery)) {
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
      const isTold = this.calm.isQuiet(other.at - recovery) && this.storedSince <= other.at
      this.must(!isTold, `a ping while ${other.member.name} pings`)
    }
    const used = this.used.get(id)
    if (used === undefined || at - used < word + 2 * slowness || this.storedSince > used) return
    const least = (member.isMap ? interval / 5 : (interval * 4) / 5) * noise - telling - word
    this.must(
      at - used >= least || !this.calm.isWhole(used - recovery),
      `a ping ${(at - used) / second} seconds after a use`
    )
  }

  // ---- events

  tell(member: Member, event: SessionEvent) {
    this.note(
      `${member.name} . ${event._tag}${"reason" in event && event.reason !== undefined ? ` ${event.reason}` : ""}`
    )
    const known = this.of(member)
    known.tell(event._tag, this.timeline.now)
    if (event._tag === "Detached" || event._tag === "Attached") {
      const detached = event._tag === "Detached"
      this.must(known.detached !== detached, `${member.name} tells ${event._tag} twice`)
      known.detached = detached
    }
    if (event._tag === "Reset") {
      this.calm.disturb()
      this.refused.clear()
      this.settled = undefined
    }
  }

  // ---- time

  /** Somebody asks for the balance where there is a session: that waits for nothing, whatever the store does. */
  await(member: Member) {
    this.of(member).awaited += 1
  }

  /** Nothing is left to be done at this moment. */
  rest() {
    for (const [member, known] of this.known) {
      const isLate = known.awaited > 0 && member.isAwake && known.changed < this.timeline.now
      this.must(!isLate, `a call of ${member.name} waits, although there is a session`)
      known.awaited = 0
    }
  }

  /** A caller has left. */
  leave(member: Member) {
    this.of(member).awaited = 0
  }

  /** What must hold at any moment. */
  look() {
    const { now } = this.timeline
    for (const [member, { holds, since }] of this.known) {
      if (holds === undefined || !member.isKept || !member.isAwake || !this.service.keeps(holds)) continue
      const from = Math.max(since, this.service.used.get(holds) ?? now)
      const limit = interval + leave + telling + word + (this.calm.isWhole(from - recovery) ? 0 : clockError)
      if (now - from > limit && this.calm.isWhole(now - limit - recovery)) {
        this.must(false, `${short(holds)} was not used for ${(now - from) / second} seconds`)
      }
    }
    for (let next = this.owed[0]; next !== undefined && next.by <= now; next = this.owed[0]) {
      this.owed.shift()
      if (!this.calm.isQuiet(next.since - recovery) || !this.isGood(next.id) || this.loggingIn) continue
      const { stored } = this
      if (this.isForgotten(next.id) || next.known.isOver(next.since + word)) continue
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
    return this.sent.some(({ member, open, request }) => open && request.password !== undefined && member.isAwake)
  }

  /** Whether the service would still accept a session for a while, and never said that it would not, and nobody finds it too old. */
  private isGood(id: string): boolean {
    const { denied, opened } = this.service
    const age = this.timeline.now - (opened.get(id) ?? 0) + clockError
    return this.service.keeps(id, 75 * second) && !denied.has(id) && age < this.maxAge * 0.9
  }

  private of(member: Member): Known {
    const known = this.known.get(member) ?? new Known()
    this.known.set(member, known)
    return known
  }
}

const short = (id: string | undefined): string => (id === undefined ? "" : `#${Number(id.slice("decafbad".length))}`)
