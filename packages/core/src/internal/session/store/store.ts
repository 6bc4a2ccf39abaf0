import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import type { Register } from "../../../SessionStore.ts"
import type { Credentials } from "../../../Credentials.ts"
import type { Transport } from "../../../Transport.ts"
import type { Instant } from "../../instant.ts"
import { elapsed } from "../../instant.ts"
import { reveal } from "../../secret.ts"
import * as jitter from "../../jitter.ts"
import type { Cell } from "../cell.ts"
import { Turnstile } from "../turnstile.ts"
import type { Entry } from "./entry.ts"
import * as entries from "./entry.ts"
import type { Account, Ledger } from "./ledger.ts"
import { away } from "./ledger.ts"
import { Member } from "./member.ts"
import type * as port from "./port.ts"
import type { Turn } from "./protocol.ts"
import type { Seal } from "./sealing.ts"
import type { Settings } from "./settings.ts"

/** How long a store that did not answer is left alone, in seconds, less or more by a fifth, so that nobody comes back in a crowd. */
const pause = Duration.seconds(5)

/** How long an entry is kept that nobody writes, in milliseconds. */
const life = 86_400_000

/** How many ask a register at once: what comes in a crowd is not to outlast its own patience. */
const mostAtOnce = 64

/** How often a write begins anew that others were faster with; each time it sees what they wrote. */
const mostTries = 10

/** How long the end of a program is held up by what is still being told. */
const longestEnd = Duration.millis(500)

type Seals = readonly [Seal, ...ReadonlyArray<Seal>]

/** Since when a register is left alone, and for how many milliseconds. */
interface Absence {
  readonly since: Instant
  readonly pause: number
}

/** Takes steps on the entries of a register; a register that does not answer in time is left alone for a while. */
export class Store<E> implements port.Store, Ledger {
  private readonly register: Register<E>
  private readonly settings: Settings
  /** The first one seals. */
  private readonly seals: Seals
  /** There is none while it answers. */
  private absence: Absence | undefined
  private hasWarned = false
  /** What is under way. */
  private readonly steps = new Set<Deferred.Deferred<void>>()
  private readonly room = new Turnstile(mostAtOnce)

  constructor(register: Register<E>, settings: Settings, seals: Seals) {
    this.register = register
    this.settings = settings
    this.seals = seals
  }

  join(host: Cell): port.Member {
    return new Member(this, host)
  }

  identify(transport: Transport["Type"], { apiId, password, user }: Credentials): Effect.Effect<Account> {
    const { address, port } = transport.server
    const { endpoint = `${address}:${port}`, style } = transport
    const account = JSON.stringify([style, endpoint, reveal(apiId), reveal(user)])
    const credentials = JSON.stringify([account, reveal(password)])
    const [first] = this.seals
    const names = Effect.forEach(this.seals, (seal) =>
      Effect.map(seal.digest(account), (digest) => `${this.settings.prefix}:${digest}`)
    )
    // In the same room, since cryptography has one line for all.
    return this.room.pass(
      Effect.zipWith(names, first.digest(credentials), ([name = "", ...otherNames], credentials) => ({
        name,
        otherNames,
        credentials
      }))
    )
  }

  transact<A>(host: Cell, name: string, step: (entry: Entry, now: number) => Turn<A>): Effect.Effect<A | typeof away> {
    return this.room.pass(this.ask(host, name, step))
  }

  private ask<A>(
    host: Cell,
    name: string,
    step: (entry: Entry, now: number) => Turn<A>,
    isLast = false
  ): Effect.Effect<A | typeof away> {
    return Effect.suspend((): Effect.Effect<A | typeof away> => {
      const { absence } = this
      const start = host.now()
      if (absence !== undefined) {
        if (elapsed(absence.since, start) < absence.pause) return Effect.succeed(away)
        // Whoever comes next does not wait for it as well.
        this.absence = { since: start, pause: this.settings.patience }
      }
      const known = this.absence
      const hanging = known === undefined ? 0 : this.steps.size
      // A register may throw, and it may hang where nothing can interrupt it, also for one who cannot be interrupted.
      return Effect.suspend(() => this.note(this.attempt(name, step))).pipe(
        Effect.disconnect,
        Effect.interruptible,
        Effect.timeout(Duration.millis(this.settings.patience)),
        Effect.matchCauseEffect({
          onFailure: () =>
            // It was this process that stood still, and not the store that was away.
            isLast || elapsed(start, host.now()) < 2 * this.settings.patience
              ? this.leaveAlone(host, known, hanging)
              : this.ask(host, name, step, true),
          onSuccess: (answer) => Effect.sync(() => this.welcome(host, known, answer))
        })
      )
    })
  }

  /** Waits for what is under way: what was done last is of use to whoever comes next. */
  get end(): Effect.Effect<void> {
    const over: Effect.Effect<void> = Effect.suspend(() =>
      this.steps.size === 0 ? Effect.void : Effect.zipRight(Effect.forEach(this.steps, Deferred.await), over)
    )
    // What the sessions had to tell when they were closed has not begun yet.
    return Effect.asVoid(
      Effect.timeoutOption(Effect.interruptible(Effect.zipRight(Effect.yieldNow(), over)), longestEnd)
    )
  }

  private note<A, F>(attempt: Effect.Effect<A, F>): Effect.Effect<A, F> {
    return Effect.acquireUseRelease(
      Effect.sync(() => {
        const over = Deferred.unsafeMake<void>(FiberId.none)
        this.steps.add(over)
        return over
      }),
      () => attempt,
      (over) => {
        this.steps.delete(over)
        return Deferred.succeed(over, undefined)
      }
    )
  }

  // Of many who ask at once, only the first is heard that was not answered, and then only who has asked since. Earlier questions
  // that still hang could not be interrupted, and may hang for ever: the more there are, the longer until the next.
  private leaveAlone(host: Cell, known: Absence | undefined, hanging: number): Effect.Effect<typeof away> {
    return Effect.map(jitter.share(pause, 0.8, 1.2), (share) => {
      if (this.absence !== known) return away
      this.absence = { since: host.now(), pause: Duration.toMillis(share) * (1 + hanging) }
      if (known === undefined) host.apply({ _tag: "Detach" })
      return away
    })
  }

  private welcome<A>(host: Cell, known: Absence | undefined, answer: A): A {
    if (known !== undefined && this.absence === known) {
      this.absence = undefined
      host.apply({ _tag: "Attach" })
    }
    return answer
  }

  private attempt<A>(name: string, step: (entry: Entry, now: number) => Turn<A>) {
    const { register } = this
    const go = (value: string | undefined, now: number, tries: number): Effect.Effect<A, E | typeof away> =>
      Effect.gen(this, function* () {
        // No leave could be held against a clock that shows no time.
        if (!Number.isFinite(now)) return yield* Effect.fail<typeof away>(away)
        const before = value === undefined ? entries.empty : yield* this.open(name, value)
        const { answer, entry } = step(before, now)
        if (entry === before) return answer
        const sealed = yield* this.seals[0].seal(name, entries.write(entry))
        const result = yield* register.replace(name, { expected: value, value: sealed, life })
        if (result.replaced) return answer
        return tries === 1 ? yield* Effect.fail<typeof away>(away) : yield* go(result.value, result.now, tries - 1)
      })
    return Effect.flatMap(register.read(name), ({ now, value }) => go(value, now, mostTries))
  }

  private open(name: string, value: string): Effect.Effect<Entry> {
    return Effect.gen(this, function* () {
      for (const seal of this.seals) {
        const text = yield* seal.open(name, value)
        const entry = text === undefined ? undefined : entries.read(text)
        if (entry !== undefined) return entry
      }
      return yield* Effect.as(this.warn, entries.empty)
    })
  }

  private get warn(): Effect.Effect<void> {
    return Effect.suspend(() => {
      if (this.hasWarned) return Effect.void
      this.hasWarned = true
      return Effect.logWarning(
        "the session store holds what none of its keys opens, which is ignored and replaced: " +
          "look whether a key is missing, or who else writes under this prefix"
      ).pipe(Effect.annotateLogs({ package: "@effect-clickatell/core", module: "SessionStore" }))
    })
  }
}
