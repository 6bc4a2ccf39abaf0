/** Finds where a pattern begins in a text, each time that it is there, also where it overlaps itself; in time linear in the text. */
export const search = (pattern: string): ((text: string) => Generator<number>) =>
  pattern.length <= 64 ? bySight(pattern) : byBorders(pattern)

// What is short costs little even where each place of the text looks like it to its last letter.
const bySight = (pattern: string) =>
  function* (text: string): Generator<number> {
    for (let at = text.indexOf(pattern); at !== -1; at = text.indexOf(pattern, at + 1)) yield at
  }

/** The way of Knuth, Morris and Pratt, linear in both whatever repeats in them. */
const byBorders = (pattern: string) => {
  /** For each beginning of the pattern, how much of its end is the beginning of the pattern once more. */
  const borders: Array<number> = [0]
  const extend = (matched: number, char: string | undefined): number => {
    let length = matched
    while (length > 0 && (length === pattern.length || pattern[length] !== char)) length = borders[length - 1] ?? 0
    return pattern[length] === char ? length + 1 : 0
  }
  for (let at = 1; at < pattern.length; at++) borders.push(extend(borders[at - 1] ?? 0, pattern[at]))
  return function* (text: string): Generator<number> {
    let matched = 0
    for (let at = 0; at < text.length; at++) {
      matched = extend(matched, text[at])
      if (matched === pattern.length) yield at + 1 - matched
    }
  }
}
