import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FiberId from "effect/FiberId"
import * as Runtime from "effect/Runtime"
import type { Credentials } from "../../Credentials.ts"
import type { Instant } from "../instant.ts"
import * as instant from "../instant.ts"
import type { AnyFlight, Flight, Kind } from "./flights.ts"
import * as flights from "./flights.ts"
import type { Host } from "./guests.ts"
import { Guests } from "./guests.ts"
import type { Fingerprint } from "./machine/fingerprint.ts"
import * as fingerprints from "./machine/fingerprint.ts"
import * as origin from "./origin.ts"
import * as room from "./room.ts"
import type { Fork } from "./shared.ts"

/** How old a read may be, in milliseconds, for somebody to join it: one that hangs is left to those who wait for it already. */
const patience = 30_000

const over = Exit.interrupt(FiberId.none)

const reads: Kind<Credentials, never> = { reset: over, closed: over, deserted: over }

interface Plan<E> {
  readonly provider: Effect.Effect<Credentials, E>
  /** How long credentials are remembered, in milliseconds. */
  readonly ttl: number
  /** Whether credentials can still be sent: they may have been wiped. */
  readonly isUsable: (credentials: Credentials) => boolean
  readonly fork: Fork
  readonly now: () => Instant
}

interface Given {
  readonly credentials: Credentials
  readonly fingerprint: Fingerprint
  /** When they were asked for. */
  readonly since: Instant
}

/** What a provider of credentials gave last, and what it is being asked for. */
class Memory<E> implements flights.Owner, room.Owner {
  flights: ReadonlyArray<AnyFlight> = flights.none
  room: room.Owner["room"]
  private readonly plan: Plan<E>
  private given: Given | undefined
  private reading: { readonly flight: Flight<Credentials, E>; readonly since: Instant } | undefined
  /** The epoch in which each session asked last. */
  private readonly epochs = new WeakMap<Host, number>()

  constructor(plan: Plan<E>) {
    this.plan = plan
  }

  /** What is remembered, or else what the provider gives, which everybody who asks meanwhile shares. */
  get credentials(): Effect.Effect<Credentials, E> {
    return Effect.uninterruptibleMask((restore) =>
      Effect.flatMap(Guests, (guests) => {
        const now = this.plan.now()
        for (const { host } of guests) this.heed(host)
        const given = this.recall(now)
        return given === undefined ? this.read(guests, now).wait(restore) : Effect.succeed(given)
      })
    )
  }

  /** A session that was reset since it last asked begins anew, and one that was refused what is remembered has it forgotten. */
  private heed(host: Host): void {
    const { epoch, refused } = host.state
    if ((this.epochs.get(host) ?? epoch) !== epoch) {
      this.given = undefined
      this.reading = undefined
    }
    this.epochs.set(host, epoch)
    if (refused.some(({ fingerprint }) => fingerprint === this.given?.fingerprint)) this.given = undefined
  }

  private recall(now: Instant): Credentials | undefined {
    const { isUsable, ttl } = this.plan
    if (this.given === undefined) return undefined
    const { credentials, since } = this.given
    if (instant.elapsed(since, now) < ttl && isUsable(credentials)) return credentials
    this.given = undefined
    return undefined
  }

  private read(guests: Guests["Type"], now: Instant): Flight<Credentials, E> {
    if (this.reading !== undefined && instant.elapsed(this.reading.since, now) < patience) return this.reading.flight
    const { fork, provider } = this.plan
    // Whoever reads is the guest of those who asked for it.
    const read = Effect.flatten(room.enter(this, Effect.provideService(provider, Guests, guests)))
    const flight = flights.launch<Credentials, E>(this, reads, {
      key: 0,
      fork,
      run: (flight) => Effect.tap(read, (credentials) => this.keep(flight, credentials, now)),
      onLanding: () => {
        if (this.reading?.flight === flight) this.reading = undefined
      }
    })
    this.reading = { flight, since: now }
    return flight
  }

  // Nothing is kept of a read in whose place another one was begun.
  private keep(flight: Flight<Credentials, E>, credentials: Credentials, since: Instant): Effect.Effect<void> {
    return Effect.sync(() => {
      if (this.reading?.flight !== flight || !this.plan.isUsable(credentials)) return
      this.given = { credentials, fingerprint: fingerprints.of(credentials), since }
    })
  }
}

/** Remembers what a provider gives. */
export const remember = <E, R>(
  provider: Effect.Effect<Credentials, E, R>,
  { isUsable, ttl }: Pick<Plan<E>, "ttl" | "isUsable">
): Effect.Effect<Effect.Effect<Credentials, E>, never, R> =>
  Effect.zipWith(origin.runtime<R>(), Effect.clock, (own, clock) => {
    const memory = new Memory<E>({
      provider: Effect.provide(provider, own.context),
      ttl,
      isUsable,
      fork: (effect) => Runtime.runFork(own, effect, { immediate: false }),
      now: () => instant.read(clock)
    })
    return memory.credentials
  })
