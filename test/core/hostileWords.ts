/** What a terminal or a log would obey, or nobody would see, by what it is; some XML can carry, the others only a program can. */
const controls = {
  ESC: "\u001b",
  BEL: "\u0007",
  NUL: "\u0000",
  "vertical tab": "\u000b",
  CR: "\r",
  tab: "\t",
  DEL: "\u007f",
  NEL: "\u0085",
  CSI: "\u009b",
  OSC: "\u009d",
  ST: "\u009c"
}
const directions = Object.fromEntries(
  Array.from("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", (char) => [name(char), char])
)
const invisible = Object.fromEntries(
  Array.from("\u00ad\u200b\u200c\u200d\u2060\u2064\u206f\ufeff\u3164\u{e0001}\u{e0041}\u{e007f}\u{e0100}", (char) => [
    name(char),
    char
  ])
)
const lines = { "line separator": "\u2028", "paragraph separator": "\u2029" }
const noncharacters = { "U+FDD0": "\ufdd0", "U+FFFE": "\ufffe", "U+1FFFF": "\u{1ffff}" }
const halves = { high: "\ud83d", low: "\ude00" }

function name(char: string): string {
  return `U+${char.codePointAt(0)?.toString(16).toUpperCase() ?? ""}`
}

/** Every one that is not a line feed, which ends the lines that a program prints itself. */
export const unseen: Readonly<Record<string, string>> = {
  ...controls,
  ...directions,
  ...invisible,
  ...lines,
  ...noncharacters,
  ...halves
}

/** The same as far as XML 1.0 can carry it, as a reply may have it. */
export const carried: ReadonlyArray<string> = Object.values(unseen).filter(
  (char) => !/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u.test(char)
)

/** Says all that XML can carry, and then something on a line of its own that nobody but a server said. */
export const words = `no ${carried.join("")}\u009d0;title\u009c\r\nFORGED line`

/** What of a printed text a terminal, or whoever reads the log, would take for something else than the words of a server. */
export const obeyed = (printed: string): ReadonlyArray<string> => [
  ...Object.entries(unseen).flatMap(([name, char]) => (isIn(char, printed) ? [name] : [])),
  ...(/^\s*FORGED/m.test(printed) ? ["a line"] : [])
]

// Half a pair is no half where the other half is beside it.
const isIn = (char: string, text: string): boolean =>
  /\p{Cs}/u.test(char) ? /\p{Cs}/u.test(text) : text.includes(char)
