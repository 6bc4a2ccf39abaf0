import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"

/** A process of a fleet, as it looks from outside. */
export interface Member {
  readonly name: string
  readonly isAwake: boolean
  readonly isKept: boolean
  readonly isMap: boolean
  /** Whether a caller waits for a ping, which is then not the keep-alive's. */
  readonly isAsked: boolean
}

/** What a process must know, by what it was told and has told. */
export class Known {
  /** The session that it uses, and since when it does so without a break. */
  holds: string | undefined
  since = 0
  /** When it last went over to another session, or lost the one that it had. */
  changed = 0
  detached = false
  private closedAt = Number.POSITIVE_INFINITY
  /** The callers for whom a request is to go out at this very moment. */
  awaited = 0
  /** When it was reset, until it has another session. */
  resetAt: number | undefined
  /** When it was told of each session that it is refused, and of which passwords until a reset. */
  readonly refused = new Map<string, number>()
  readonly passwords = new Set<string>()

  /** It has told an event. */
  tell(tag: SessionEvent["_tag"], now: number) {
    if (changes.has(tag)) {
      this.holds = undefined
      this.changed = now
    }
    if (tag === "Closed") this.closedAt = now
    if (tag === "Adopted" || tag === "Authenticated") this.resetAt = undefined
    // From then on it goes by what the store says is refused, and that may be away.
    if (tag === "Adopted") this.passwords.clear()
    if (tag === "Reset") {
      this.passwords.clear()
      this.resetAt = now
    }
  }

  /** Whether it was closed before that moment. */
  isOver(at: number): boolean {
    return this.closedAt < at
  }

  /** It was answered in a session. */
  use(id: string, sentAt: number, now: number) {
    if (this.holds === id || sentAt < this.changed) return
    this.holds = id
    this.since = now
  }

  /** It was told that a session is refused. */
  refuse(id: string, now: number) {
    this.refused.set(id, now)
    if (id === this.holds) this.holds = undefined
  }
}

const changes: ReadonlySet<SessionEvent["_tag"]> = new Set([
  "Adopted",
  "Refused",
  "Expired",
  "Rejected",
  "Reset",
  "Closed"
])
