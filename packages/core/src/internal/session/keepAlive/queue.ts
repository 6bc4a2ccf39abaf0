/** What stands in a queue of times. */
export interface Timed {
  /** When it is due, in whole milliseconds from a moment that all have in common. */
  due: number
  /** Where it stands in the queue, which alone sets this: -1 where it does not. */
  place: number
}

/** Things by the time at which they are due: a binary heap in which each knows its place, so that it can be moved or taken out. */
export class Queue<A extends Timed> {
  private readonly all: Array<A> = []

  get first(): A | undefined {
    return this.all[0]
  }

  /** Puts something in, or where it belongs now if it is in already. */
  put(item: A, due: number): void {
    this.remove(item)
    item.due = due
    this.rise(item, this.all.length)
  }

  remove(item: A): void {
    const { place } = item
    if (place === -1) return
    item.place = -1
    const last = this.all.pop()
    if (last !== undefined && last !== item) this.rise(last, this.sink(place))
  }

  /** Puts an item into a vacant place, or above it, as far up as it is sooner. */
  private rise(item: A, vacant: number): void {
    const up = (vacant - 1) >> 1
    const above = this.all[up]
    if (above === undefined || above.due <= item.due) return this.set(item, vacant)
    this.set(above, vacant)
    this.rise(item, up)
  }

  /** Moves a vacant place to the bottom, and gives where that is. */
  private sink(vacant: number): number {
    const next = this.sooner(this.all[2 * vacant + 1], this.all[2 * vacant + 2])
    if (next === undefined) return vacant
    const { place } = next
    this.set(next, vacant)
    return this.sink(place)
  }

  private sooner(one: A | undefined, other: A | undefined): A | undefined {
    return one === undefined || other === undefined || one.due <= other.due ? one : other
  }

  private set(item: A, place: number): void {
    this.all[place] = item
    item.place = place
  }
}
