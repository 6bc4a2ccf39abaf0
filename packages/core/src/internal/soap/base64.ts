/** A piece of base64, and whether the letter before it and the letter after it also have bits of what it stands for. */
export interface Piece {
  readonly text: string
  readonly before: 0 | 1
  readonly after: 0 | 1
}

/** What every base64 of a text has in it that has the secret in it: there are three ways to begin, and two alphabets. */
export const within = (secret: string): ReadonlyArray<Piece> => {
  const bytes = new TextEncoder().encode(secret)
  return [0, 1, 2].flatMap((offset) => {
    const letters = encode([...new Uint8Array(offset), ...bytes])
    const [start, end] = [(offset * 4) / 3, ((offset + bytes.length) * 4) / 3]
    const text = letters.slice(Math.ceil(start), Math.floor(end))
    const margins = { before: start % 1 === 0 ? 0 : 1, after: end % 1 === 0 ? 0 : 1 } as const
    // The last is how a view may read the first.
    const written = [text, text.replaceAll("+", "-").replaceAll("/", "_"), text.replace(/\++/g, " ")]
    return Array.from(new Set(written), (text) => ({ text, ...margins }))
  })
}

const encode = (bytes: ReadonlyArray<number>): string => btoa(bytes.map((byte) => String.fromCharCode(byte)).join(""))
