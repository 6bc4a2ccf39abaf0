import type { Reading, Register } from "@effect-clickatell/core/SessionStore"
import { Effect } from "effect"
import * as entries from "../../packages/core/src/internal/session/store/entry.ts"
import type { Entry } from "../../packages/core/src/internal/session/store/entry.ts"
import type { Seal } from "../../packages/core/src/internal/session/store/sealing.ts"
import type { Back, Timeline, Wire } from "./fleetWire.ts"

/** The moment at which every clock is set right, in milliseconds since 1970. */
export const epoch = 1_700_000_000_000

/** A seal that hides nothing; what is changed in an entry before it is stored is a bug that is planted. */
export const glass = (edit?: (entry: Entry) => Entry): Seal => ({
  digest: Effect.succeed,
  seal: (name, text) => {
    const entry = edit === undefined ? undefined : entries.read(text)
    return Effect.succeed(`${name} ${edit === undefined || entry === undefined ? text : entries.write(edit(entry))}`)
  },
  open: (name, sealed) => Effect.succeed(textIn(name, sealed))
})

const textIn = (name: string, sealed: string): string | undefined =>
  sealed.startsWith(`${name} `) ? sealed.slice(name.length + 1) : undefined

interface Kept {
  readonly value: string
  readonly until: number
}

/** The store as all processes see it through a wire: it may lose what it held, fall back to what it held before, and be set wrong. */
export class Shelf {
  private skew = 0
  private readonly timeline: Timeline
  private readonly wire: Wire
  private readonly kept = new Map<string, Kept>()
  /** What was there before each change, the latest last. */
  private readonly past: Array<{ readonly at: number; readonly name: string; readonly before: Kept | undefined }> = []
  private readonly changed: (entry: Entry | undefined, isWritten: boolean) => void

  /** Is told what is there after each change, and whether somebody wrote it. */
  constructor(timeline: Timeline, wire: Wire, changed: (entry: Entry | undefined, isWritten: boolean) => void) {
    this.timeline = timeline
    this.wire = wire
    this.changed = changed
  }

  get size(): number {
    return this.kept.size
  }

  /** The length of the longest text. */
  get longest(): number {
    return Math.max(0, ...Array.from(this.kept.values(), ({ value }) => value.length))
  }

  /** The register as one process reaches it. */
  readonly register: Register = {
    read: (name) => this.ask(() => this.read(name)),
    replace: (name, { expected, life, value }) =>
      this.ask(() => {
        const { now, value: before } = this.read(name)
        if (before !== expected) return { now, value: before, replaced: false }
        this.put(name, { value, until: now + life })
        return { now, value, replaced: true }
      })
  }

  /** Everything is lost. */
  empty() {
    for (const name of this.kept.keys()) this.set(name, undefined, false)
    this.past.length = 0
    this.wire.disturb()
  }

  /** What was written in the last so many milliseconds is lost. */
  failOver(lag: number) {
    for (
      let last = this.past.at(-1);
      last !== undefined && last.at > this.timeline.now - lag;
      last = this.past.at(-1)
    ) {
      this.past.pop()
      this.set(last.name, last.before, false)
    }
    this.wire.disturb()
  }

  /** Its clock is set, to be wrong by so much. */
  setClock(skew: number) {
    this.skew = skew
    this.wire.disturb()
  }

  private get now(): number {
    return epoch + this.timeline.now + this.skew
  }

  private read(name: string): Reading {
    const { now } = this
    const kept = this.kept.get(name)
    return { now, value: kept === undefined || kept.until <= now ? undefined : kept.value }
  }

  private put(name: string, kept: Kept) {
    this.past.push({ at: this.timeline.now, name, before: this.kept.get(name) })
    this.set(name, kept, true)
  }

  private set(name: string, kept: Kept | undefined, isWritten: boolean) {
    if (kept === undefined) this.kept.delete(name)
    else this.kept.set(name, kept)
    const text = kept === undefined ? undefined : textIn(name, kept.value)
    this.changed(text === undefined ? undefined : entries.read(text), isWritten)
  }

  private ask<A>(work: () => A): Effect.Effect<A, string> {
    return Effect.async((resume) => {
      this.wire.ask(work, (back: Back<A>) =>
        resume(back._tag === "Answer" ? Effect.succeed(back.answer) : Effect.fail("no answer"))
      )
    })
  }
}
