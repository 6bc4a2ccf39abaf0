import * as xmlText from "./xmlText.ts"
import { unseen } from "../unseen.ts"

/** A text in one way to read it. */
export interface View {
  readonly text: string
  /** From where to where in the original the character at a place is written. */
  readonly origin: (at: number) => Span
}

/** A piece of a text, its end not included. */
type Span = readonly [start: number, end: number]

/** How many escapes around each other are undone, such as those of a URL in JSON in XML. */
const layers = 3

// Every way to read a text: as it is and as XML, which leaves its markup out before anything in it is read in another way.
export function* of(text: string): Generator<View> {
  const original: View = { text, origin: (at) => [at, at + 1] }
  yield* layersOf(original)
  const bare = withoutMarkup(original)
  if (bare !== original) yield* layersOf(bare)
}

// A view with its escapes undone one around the other, and each of these without the markup in it.
function* layersOf(outermost: View): Generator<View> {
  yield outermost
  let view = tidy(outermost)
  for (let layer = 0; ; layer++) {
    if (view !== outermost) yield view
    const bare = withoutMarkup(view)
    if (bare !== view) yield tidy(bare)
    const next = rewrite(view, replacing(escapes, decode))
    if (next === view || layer === layers) return
    view = tidy(next)
  }
}

const withoutMarkup = (view: View): View => rewrite(view, markupIn)

// A comment or an instruction in the middle of a text is nothing to those who read it; one that is never closed goes on to the end.
const markup = /<!--[^]*?(?:-->|$)|<\?(?!xml\s)[^]*?(?:\?>|$)|<!\[CDATA\[[^]*?(?:\]\]>|$)|\]\]>/g

const [cdata, cdataEnd] = ["<![CDATA[", "]]>"]

// Of a CDATA section what is in it stays, and nothing in it is markup.
function* markupIn(text: string): Generator<Change> {
  for (const { 0: token, index } of text.matchAll(markup)) {
    const end = index + token.length
    if (token.startsWith(cdata)) {
      yield [index, index + cdata.length, ""]
      if (token.endsWith(cdataEnd)) yield [end - cdataEnd.length, end, ""]
    } else yield [index, end, ""]
  }
}

const blank = "[\\p{Zs}\\t\\n\\r+]"
// All blanks but a space alone.
const blanks = new RegExp(`(?! (?!${blank}))(${blank}+)|${unseen.source}`, "gu")

/** Blanks are one, as in HTML, a `+` is one too, as in the query of a URL, and what is not seen is not there. */
const tidy = (view: View): View =>
  rewrite(
    view,
    replacing(blanks, ([, blank]) => (blank === undefined ? "" : " "))
  )

const escapes = new RegExp(
  [
    "(&(?:#x?[0-9a-f]+|[a-z]+);)",
    "(%[c-f][0-9a-f](?:%[89ab][0-9a-f]){1,3})",
    "\\\\u([0-9a-f]{4})",
    "(?:%|\\\\x)([0-9a-f]{2})",
    "\\\\([^ux])"
  ].join("|"),
  "gi"
)

const decode = ([escape, reference, bytes, unit, byte, char]: ReadonlyArray<string | undefined>): string => {
  const code = unit ?? byte
  if (code !== undefined) return String.fromCharCode(Number.parseInt(code, 16))
  if (char !== undefined) return /[nrt]/.test(char) ? " " : char
  return (reference === undefined ? fromUtf8(bytes) : xmlText.unescape(reference.toLowerCase())) ?? escape ?? ""
}

const fromUtf8 = (bytes = ""): string | undefined => {
  try {
    return decodeURIComponent(bytes)
  } catch {
    return undefined
  }
}

/**
 * The places in a view that are read in another way than they are written in the view beneath, in their order: four numbers each
 * and not an object, since there can be as many as letters.
 */
interface Changes {
  readonly starts: Array<number>
  readonly ends: Array<number>
  readonly writtenStarts: Array<number>
  readonly writtenEnds: Array<number>
}

/** A piece of a text, and the letters to read in its place. */
type Change = readonly [start: number, end: number, letters: string]

const replacing = (pattern: RegExp, read: (match: ReadonlyArray<string | undefined>) => string) =>
  function* (text: string): Generator<Change> {
    for (const match of text.matchAll(pattern)) yield [match.index, match.index + match[0].length, read(match)]
  }

/** A view of a view: each piece is read in another way, and all of it stands for each letter of that. */
const rewrite = (view: View, changed: (text: string) => Iterable<Change>): View => {
  const changes: Changes = { starts: [], ends: [], writtenStarts: [], writtenEnds: [] }
  let [text, done] = ["", 0]
  for (const [start, end, letters] of changed(view.text)) {
    if (letters === view.text.slice(start, end)) continue
    text += view.text.slice(done, start)
    done = end
    changes.starts.push(text.length)
    text += letters
    changes.ends.push(text.length)
    changes.writtenStarts.push(start)
    changes.writtenEnds.push(end)
  }
  return done === 0 ? view : { text: text + view.text.slice(done), origin: (at) => originBeneath(view, changes, at) }
}

const originBeneath = ({ origin }: View, changes: Changes, at: number): Span => {
  const last = lastUntil(changes.starts, at)
  const [end = 0, writtenStart = 0, writtenEnd = 0] = [
    changes.ends[last],
    changes.writtenStarts[last],
    changes.writtenEnds[last]
  ]
  return at < end ? [origin(writtenStart)[0], origin(writtenEnd - 1)[1]] : origin(at - end + writtenEnd)
}

/** The index of the last of these numbers that is not greater, or -1. */
const lastUntil = (numbers: ReadonlyArray<number>, most: number): number => {
  let [low, high] = [0, numbers.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((numbers[middle] ?? 0) <= most) low = middle + 1
    else high = middle
  }
  return low - 1
}
