import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import type { SessionEvent } from "../../../SessionEvent.ts"
import type { State } from "../machine/state.ts"
import { Readers } from "../readers.ts"
import type { Shared } from "../shared.ts"
import { Tally } from "./tally.ts"

type Told<K> = readonly [key: K, event: SessionEvent]

/** Those who want to know of all accounts: the metrics, and who reads the events. */
export class Audience<K> {
  private readonly shared: Shared
  private readonly tally: Tally
  // Nothing follows what is none.
  private readonly readers = new Readers<Option.Option<Told<K>>>()
  private isClosed = false

  constructor(shared: Shared) {
    this.shared = shared
    this.tally = new Tally(shared.labels)
  }

  /** Counts an account that is new. */
  welcome(state: State): void {
    this.tally.move(undefined, state)
  }

  /** Hears of a step of an account. */
  hear(key: K, before: State, after: State, events: ReadonlyArray<SessionEvent>): void {
    this.tally.move(before, after)
    for (const event of events) this.offer(Option.some([key, event]))
  }

  /** From when it is run until there is nothing more to tell. */
  get events(): Stream.Stream<Told<K>> {
    const queue = this.readers.subscribe(() => (this.isClosed ? Option.none() : undefined))
    return Stream.unwrapScoped(Effect.map(queue, Stream.fromQueue)).pipe(
      Stream.takeWhile(Option.isSome),
      Stream.map(({ value }) => value)
    )
  }

  close(): void {
    this.isClosed = true
    this.offer(Option.none())
  }

  private offer(told: Option.Option<Told<K>>): void {
    for (const unread of this.readers.offer(told)) this.shared.start(Effect.asVoid(unread))
  }
}
