/** One line of the request log. */
export interface Entry {
  readonly at: number
  readonly operation: string
  readonly session: number
  readonly outcome: string
}

/** The newest entries. */
export interface Log {
  /** Adds an entry, and says by which number it can be replaced. */
  readonly add: (entry: Entry) => number
  /** Replaces an entry, unless it has been dropped by now. */
  readonly replace: (number: number, entry: Entry) => void
  /** What is kept, in the order in which it came. */
  readonly entries: () => ReadonlyArray<Entry>
}

/** A log of so many entries, each in the place of the one that is dropped for it. */
export const make = (size: number): Log => {
  const kept: Array<Entry> = []
  let added = 0
  const replace = (number: number, entry: Entry) => {
    if (number >= added - size) kept[number % size] = cut(entry)
  }
  return {
    add: (entry) => {
      added += 1
      replace(added - 1, entry)
      return added - 1
    },
    replace,
    entries: () => {
      const oldest = added % size
      return [...kept.slice(oldest), ...kept.slice(0, oldest)]
    }
  }
}

/** An entry with its texts, which a client may have written, at a length for a line. */
export const cut = (entry: Entry): Entry => ({
  ...entry,
  operation: short(entry.operation),
  outcome: short(entry.outcome)
})

// Letter by letter, since a piece of a text keeps the whole of it, which is the request, for as long as the entry is kept.
const short = (text: string): string => {
  const [...letters] = text.slice(0, longest).replace(/[\uD800-\uDBFF]$/, "")
  return text.length > longest ? `${letters.join("")}…` : letters.join("")
}

const longest = 64
