/**
 * Breaks a text into lines of at most this many characters; a longer word is a line by itself.
 *
 * `@effect/printer` could do it, but lays out the rest of a text twice wherever it breaks a line, and so takes minutes for a page.
 */
export const wrap = (text: string, width: number): ReadonlyArray<string> => {
  const [first = "", ...words] = text.split(" ")
  const lines: Array<string> = []
  let line = first
  for (const word of words) {
    if (line.length + 1 + word.length <= width) line += ` ${word}`
    else {
      lines.push(line)
      line = word
    }
  }
  return [...lines, line]
}
