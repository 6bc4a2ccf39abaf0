// Whether a call that did not succeed is sent again, as a decision tree. How often is asked of `Retry.ceiling`;
// test/docs-sent-again.test.ts comes to each leaf with a real session.
import { Array as Arr } from "effect"
import { wrap } from "../../packages/cli/src/wrap.ts"
import { kinds, leaves } from "../../test/sentAgain.ts"
import * as svg from "./svg.ts"

/** The kinds that are sent again so often, with each tag once. */
const list = (again: number): string => {
  const tags = Arr.groupBy(
    kinds.filter((kind) => kind.again === again),
    ({ tag }) => tag
  )
  return Object.entries(tags)
    .map(([tag, own]) => {
      const [statuses, others] = Arr.partition(own, ({ kind }) => !kind.startsWith("Status "))
      const numbers = statuses.map(({ kind }) => kind.slice("Status ".length))
      const names = others.map(({ kind }) => kind)
      return `${tag} ${[...names, ...(numbers.length === 0 ? [] : [`Status ${numbers.join(", ")}`])].join(", ")}`
    })
    .join("; ")
}

const listOf = (again: number): string =>
  again === 0 ? "every other error, and any with a Retry-After over a minute" : list(again)

const often: ReadonlyArray<string> = ["never", "once", "twice at most", "3 times at most"]

interface Question {
  readonly asks: string
  /** What leads to its leaf. */
  readonly aside: string
  readonly leaf: keyof typeof leaves
  /** What leads to the next question. */
  readonly on: string
}

const questions: ReadonlyArray<Question> = [
  { asks: "Is it a check?", aside: "yes", leaf: "check", on: "no" },
  { asks: "Is there a session, or does a login give one?", aside: "no", leaf: "no session", on: "yes" },
  {
    asks: "Is the session refused (001, 003, 005), or does use take its error for that?",
    aside: "yes",
    leaf: "refused",
    on: "no, it failed otherwise"
  },
  {
    asks: "Is it use, or a command that is not idempotent?",
    aside: "yes",
    leaf: "not idempotent",
    on: "no: a ping or an idempotent command"
  }
]

const left = svg.margin
const questionWide = 184
const leafLeft = 242
const leafWide = svg.width - svg.margin - leafLeft

const box = (x: number, y: number, wide: number, kind: string, words: ReadonlyArray<string>, name?: string) => {
  const lines = name === undefined ? words : [name, ...words]
  return [
    svg.rect(x, y, wide, heightOf(lines), kind, 8),
    ...lines.map((line, index) =>
      svg.text(x + 12, y + 21 + index * svg.lineHeight, line, line === name ? "name" : "ink-small")
    )
  ].join("\n")
}

const heightOf = (lines: ReadonlyArray<string>): number => 16 + lines.length * svg.lineHeight

const wordsOf = (text: string, wide: number) => wrap(text, Math.floor((wide - 20) / 7))

const gap = 34

interface Placed {
  readonly y: number
  readonly parts: ReadonlyArray<string>
}

const placeQuestion = ({ parts, y }: Placed, { aside, asks, leaf, on }: Question): Placed => {
  const { says, sent } = leaves[leaf]
  const question = wordsOf(asks, questionWide)
  const answer = wordsOf(says, leafWide)
  const bottom = y + heightOf(question)
  const next = Math.max(bottom, y + heightOf(answer)) + gap
  return {
    y: next,
    parts: [
      ...parts,
      box(left, y, questionWide, "box", question),
      box(leafLeft, y, leafWide, sent > 1 ? "box-good" : "box-bad", answer),
      svg.arrow(`M${left + questionWide} ${y + 17}H${leafLeft - 2}`),
      svg.text((left + questionWide + leafLeft) / 2 - 3, y + 12, aside, "small", "middle"),
      svg.arrow(`M${left + 30} ${bottom}V${next - 2}`),
      svg.text(left + 38, next - 12, on, "small over")
    ]
  }
}

/** The last question, whose leaves stand one below the other. */
const placeErrors = ({ parts, y }: Placed): Placed => {
  const answers = often.map((_, index) => often.length - 1 - index)
  const question = wordsOf("Which error was met last?", questionWide)
  const trunk = left + 30
  return answers.reduce<Placed>(
    (placed, again) => {
      const words = wordsOf(listOf(again), leafWide)
      const name = again === 0 ? "No" : `Yes, ${often[again]}`
      const from =
        placed.y === y ? `M${left + questionWide} ${y + 17}` : `M${trunk} ${y + heightOf(question)}V${placed.y + 17}`
      return {
        y: placed.y + heightOf(words) + svg.lineHeight + 14,
        parts: [
          ...placed.parts,
          svg.arrow(`${from}H${leafLeft - 2}`),
          box(leafLeft, placed.y, leafWide, again > 0 ? "box-good" : "box-bad", words, name)
        ]
      }
    },
    { y, parts: [...parts, box(left, y, questionWide, "box", question)] }
  )
}

export const draw = (): string => {
  const most = Math.max(...kinds.map(({ again }) => again))
  if (often[most] === undefined) throw new Error(`there is no word for ${most} times`)
  const asked = questions.reduce(placeQuestion, { y: 52, parts: [] })
  const { parts, y } = placeErrors(asked)
  return svg.picture(
    y + 74,
    "A call did not succeed: is it sent again?",
    [
      ...questions.map(({ aside, asks, leaf }) => `${asks} If ${aside}: ${leaves[leaf].says}`),
      ...often.map((word, again) => `Sent again ${word}: ${listOf(again)}.`)
    ].join(" "),
    [
      svg.text(svg.margin, 30, "A call did not succeed: is it sent again?", "title"),
      ...parts,
      svg.legend(y + 14, [
        [(x, y) => svg.rect(x - 7, y - 7, 14, 14, "box-good", 3), "sent again"],
        [(x, y) => svg.rect(x - 7, y - 7, 14, 14, "box-bad", 3), "not sent again"]
      ]),
      svg.paragraph(y + 42, `A login of unknown outcome is sent again by the last question too, ${often[2]}.`)
    ]
  )
}
