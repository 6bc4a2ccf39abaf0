import type { Dice } from "./dice.ts"

interface Happening {
  readonly at: number
  readonly happen: () => void
}

/** What happens outside of the processes, each at its time, and in the order of its making where that is the same. */
export class Timeline {
  now = 0
  private readonly happenings = new Set<Happening>()

  after(delay: number, happen: () => void) {
    this.happenings.add({ at: this.now + delay, happen })
  }

  /** When the next thing happens; infinite where nothing does. */
  get due(): number {
    return this.first?.at ?? Number.POSITIVE_INFINITY
  }

  advance(until: number) {
    for (let next = this.first; next !== undefined && next.at <= until; next = this.first) {
      this.happenings.delete(next)
      this.now = next.at
      next.happen()
    }
    this.now = until
  }

  private get first(): Happening | undefined {
    let first: Happening | undefined
    for (const each of this.happenings) if (first === undefined || each.at < first.at) first = each
    return first
  }
}

/** How a question fares that is not answered as it should be; what is `late` takes effect late, too. */
const troubles = ["lost", "unanswered", "silent", "late"] as const
type Fate = "fine" | (typeof troubles)[number]

/** What comes back of a question: an answer, or the word that there will be none, and whether it can have been heard. */
export type Back<A> =
  | { readonly _tag: "Answer"; readonly answer: A }
  | { readonly _tag: "Broken"; readonly heard: boolean }

const delays = [1, 1, 2, 5, 20] as const
const slowDelays = [1, 20, 1000, 6000] as const
const longDelays = [1200, 3000, 14_000, 40_000, 400_000] as const

/** The way from every process to one peer, and back. */
export class Wire {
  /** The share of questions that meet trouble. */
  trouble = 0
  /** Whether it takes its time, which is no trouble yet. */
  slow = false
  private readonly timeline: Timeline
  private readonly dice: Dice
  private isAway = false
  private until = Number.NEGATIVE_INFINITY

  constructor(timeline: Timeline, dice: Dice) {
    this.timeline = timeline
    this.dice = dice
  }

  /** Nobody is there any more, or somebody is again. */
  set away(away: boolean) {
    this.isAway = away
    this.disturb()
  }

  get away(): boolean {
    return this.isAway
  }

  /** Something was not as it should be, until now or for so long. */
  disturb(time = 0) {
    this.until = Math.max(this.until, this.timeline.now + time)
  }

  /** Whether everything went well since that moment. */
  isFine(since: number): boolean {
    return !this.isAway && this.until < since
  }

  /** Carries a question there, where it is worked on, and what comes of it back; nothing can stop it on its way. */
  ask<A>(work: () => A, back: (back: Back<A>) => void) {
    const { dice, timeline } = this
    const fate = this.isAway ? dice.pick(["lost", "lost", "silent"]) : this.fate()
    const there = fate === "late" ? dice.pick(longDelays) : this.delay
    const here = this.delay
    if (fate !== "fine") this.disturb(there + here)
    timeline.after(there, () => {
      if (fate === "lost" || fate === "silent" || this.isAway) {
        this.disturb(here)
        // Whoever asked may know that nobody heard it, or not.
        if (fate !== "silent") timeline.after(here, () => back({ _tag: "Broken", heard: dice.chance(0.5) }))
        return
      }
      const answer = work()
      timeline.after(here, () =>
        back(fate === "unanswered" ? { _tag: "Broken", heard: true } : { _tag: "Answer", answer })
      )
    })
  }

  private get delay(): number {
    return this.dice.pick(this.slow ? slowDelays : delays)
  }

  private fate(): Fate {
    return this.dice.chance(this.trouble) ? this.dice.pick(troubles) : "fine"
  }
}
