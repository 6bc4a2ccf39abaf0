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
    if (last === undefined || last === item) return
    this.sink(last, place)
    this.rise(last, last.place)
  }

  // Each finds its place by moving the others, one at a time, out of its way.
  private rise(item: A, from: number): void {
    let place = from
    while (place > 0) {
      const above = this.all[(place - 1) >> 1]
      if (above === undefined || above.due <= item.due) break
      this.set(above, place)
      place = (place - 1) >> 1
    }
    this.set(item, place)
  }

  private sink(item: A, from: number): void {
    let place = from
    for (;;) {
      const next = this.sooner(2 * place + 1)
      if (next === undefined || next.due >= item.due) break
      const vacated = next.place
      this.set(next, place)
      place = vacated
    }
    this.set(item, place)
  }

  /** The sooner of two neighbours. */
  private sooner(left: number): A | undefined {
    const [one, other] = [this.all[left], this.all[left + 1]]
    return one === undefined || other === undefined || one.due <= other.due ? one : other
  }

  private set(item: A, place: number): void {
    this.all[place] = item
    item.place = place
  }
}
