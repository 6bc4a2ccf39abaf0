import type * as Redacted from "effect/Redacted"
import { reveal } from "../secret.ts"
import * as base64 from "./base64.ts"
import { search } from "./search.ts"
import type { View } from "./views.ts"
import * as views from "./views.ts"

/** What stands where a secret was. */
export const masked = "<redacted>"

/**
 * Replaces these secrets, whichever way a server escapes them, and anything shaped like a session id, in the texts that it wrote;
 * in time linear in these. A secret that was wiped from memory meanwhile is not known any more.
 */
export const make = (secrets: ReadonlyArray<Redacted.Redacted<string>>): ((text: string) => string) => {
  const patterns = secrets.flatMap((secret) => patternsOf(reveal(secret) ?? ""))
  return (text) => {
    const cover = new Cover(text)
    for (const view of views.of(text)) {
      for (const { after, before, find, length } of patterns) {
        for (const at of find(view.text)) cover.hide(view, at - before, at + length + after)
      }
      for (const { 0: id, index } of view.text.matchAll(sessionId)) cover.hide(view, index, index + id.length)
    }
    return cover.toString()
  }
}

// Whatever is before or after it: an id is not always a word of its own.
const sessionId = /[0-9a-f]{32,}/gi

interface Pattern extends Omit<base64.Piece, "text"> {
  readonly length: number
  readonly find: (text: string) => Iterable<number>
}

const patternsOf = (secret: string): ReadonlyArray<Pattern> => {
  // Read as the text is, since a secret can look like an escape; and a text from a reply has lost the white space around it.
  const plain = Array.from(views.of(secret), ({ text }) => [text, text.trim()]).flat()
  const pieces = Array.from(new Set(plain), (text) => ({ text, before: 0, after: 0 }) as const)
  const encoded = secret.trim().length < shortest ? [] : base64.within(secret.trim())
  return [...pieces, ...encoded]
    .filter(({ text }) => text.length >= shortest)
    .map(({ text, ...margins }) => ({ ...margins, length: text.length, find: search(text) }))
}

/** A secret of three characters or fewer is too common a text to hide anything by masking it. */
const shortest = 4

/** What is to be hidden of a text. */
class Cover {
  private readonly text: string
  /** How many pieces begin at each place, less those that end there. */
  private edges: Int32Array | undefined

  constructor(text: string) {
    this.text = text
  }

  hide({ origin, text }: View, from: number, to: number): void {
    this.edges ??= new Int32Array(this.text.length + 1)
    add(this.edges, origin(Math.max(from, 0))[0], 1)
    add(this.edges, origin(Math.min(to, text.length) - 1)[1], -1)
  }

  toString(): string {
    if (this.edges === undefined) return this.text
    const parts: Array<string> = []
    let [hidden, shown] = [0, 0]
    this.edges.forEach((change, at) => {
      const now = hidden + change
      if (hidden === 0 && now > 0) parts.push(this.text.slice(shown, at), masked)
      if (hidden > 0 && now === 0) shown = at
      hidden = now
    })
    return parts.join("") + this.text.slice(shown)
  }
}

const add = (numbers: Int32Array, at: number, change: number): void => {
  numbers[at] = (numbers[at] ?? 0) + change
}
