/** What stands in a line. */
export interface Standing<A> {
  older: A | undefined
  newer: A | undefined
}

/** Things in the order in which they were last at the end: one that is put there again leaves its former place. */
export class Line<A extends Standing<A>> {
  oldest: A | undefined
  private newest: A | undefined

  put(item: A): void {
    this.remove(item)
    item.older = this.newest
    if (this.newest === undefined) this.oldest = item
    else this.newest.newer = item
    this.newest = item
  }

  remove(item: A): void {
    const { newer, older } = item
    if (older !== undefined) older.newer = newer
    else if (this.oldest === item) this.oldest = newer
    if (newer !== undefined) newer.older = older
    else if (this.newest === item) this.newest = older
    item.older = undefined
    item.newer = undefined
  }
}
