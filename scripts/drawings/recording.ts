// What a program printed, and when, as a terminal that plays it again and again. It is an image of text, and needs no script.
import { wrap } from "../../packages/cli/src/wrap.ts"
import * as svg from "./svg.ts"

/** A line of output, with the terminal's colours in it, and when it came, in milliseconds. */
export interface Line {
  readonly at: number
  readonly text: string
}

const columns = 66
const rows = 26
const tall = 15
/** How wide a letter is: fonts differ in that, and so each line is told its length. */
const wide = 6.9
const left = 12
const top = 46

/** For how long the last picture stays, in milliseconds. */
const rest = 6000

const colours: Readonly<Record<string, string>> = {
  "1": "bold",
  "2": "dim",
  "31": "red",
  "32": "green",
  "33": "yellow"
}

interface Piece {
  readonly colour: string
  readonly text: string
}

/** Lines as pieces of one colour each; the escapes are those of `terminal.paint`, and hold until the next one. */
const painted = (lines: ReadonlyArray<Line>): ReadonlyArray<ReadonlyArray<Piece>> => {
  let colour = "plain"
  return lines.map(({ text }) =>
    // oxlint-disable-next-line no-control-regex -- it is control characters that are read here
    text.split(/\u001b\[(\d+)m/).flatMap((part, index) => {
      if (index % 2 === 0) return part === "" ? [] : [{ colour, text: part }]
      colour = colours[part] ?? "plain"
      return []
    })
  )
}

/** Breaks a line between its words where it is too long; the space there is left out. */
const broken = (all: ReadonlyArray<Piece>): ReadonlyArray<ReadonlyArray<Piece>> => {
  let from = 0
  return wrap(all.map(({ text }) => text).join(""), columns).map((line) => {
    const part = cut(all, from, from + line.length)
    from += line.length + 1
    return part
  })
}

/** What stands between two places of a line. */
const cut = (all: ReadonlyArray<Piece>, from: number, to: number): ReadonlyArray<Piece> => {
  let at = 0
  return all.flatMap(({ colour, text }) => {
    const part = text.slice(Math.max(0, from - at), Math.max(0, to - at))
    at += text.length
    return part === "" ? [] : [{ colour, text: part }]
  })
}

const rules = [
  "text{font:11.5px ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}",
  ".bold{font-weight:600}",
  "@media (prefers-reduced-motion:reduce){text,.page{animation:none!important}}"
].join("")

const palette = (paper: string, bar: string, ink: string, dim: string, red: string, green: string, yellow: string) =>
  `.paper{fill:${paper};stroke:${bar}}.bar{fill:${bar}}text,.plain,.bold{fill:${ink}}.dim{fill:${dim}}.red{fill:${red}}.green{fill:${green}}.yellow{fill:${yellow}}`

const light = palette("#ffffff", "#eff2f5", "#1f2328", "#59636e", "#d1242f", "#1a7f37", "#9a6700")
const dark = palette("#0d1117", "#212830", "#f0f6fc", "#9198a1", "#f85149", "#3fb950", "#d29922")

interface Shown {
  readonly at: number
  readonly pieces: ReadonlyArray<Piece>
}

const drawLine = ({ pieces }: Shown, index: number): string => {
  const length = pieces.reduce((sum, { text }) => sum + text.length, 0)
  const spans = pieces.map(({ colour, text }) => `<tspan class="${colour}">${svg.escape(text)}</tspan>`).join("")
  return `<text id="l${index}" x="${left}" y="${top + index * tall}" textLength="${(length * wide).toFixed(1)}">${spans}</text>`
}

/** When each line comes, and when the page moves up so that the newest is seen. */
const timing = (shown: ReadonlyArray<Shown>): string => {
  const length = Math.max(...shown.map(({ at }) => at)) + rest
  const percent = (at: number) => `${((at / length) * 100).toFixed(2)}%`
  const lines = shown.flatMap(({ at, pieces }, index) =>
    pieces.length === 0
      ? []
      : [
          `@keyframes l${index}{0%{opacity:0}${percent(at)},to{opacity:1}}#l${index}{animation:l${index} ${length}ms step-end infinite}`
        ]
  )
  const moves = shown.flatMap(({ at }, index) =>
    index < rows ? [] : [`${percent(at)}{transform:translateY(${(rows - index - 1) * tall}px)}`]
  )
  const last = `translateY(${Math.min(0, (rows - shown.length) * tall)}px)`
  return [
    ...lines,
    `@keyframes page{0%{transform:none}${moves.join("")}to{transform:${last}}}`,
    `.page{transform:${last};animation:page ${length}ms step-end infinite}`
  ].join("")
}

/** The recording of a command: with reduced motion it is the end of what was printed, and stands still. */
export const draw = (command: string, lines: ReadonlyArray<Line>): string => {
  const all = painted(lines)
  const shown = lines.flatMap(({ at }, index) => broken(all[index] ?? []).map((pieces): Shown => ({ at, pieces })))
  const told = all.map((pieces) => pieces.map(({ text }) => text).join("")).join("\n")
  const height = top + rows * tall
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${svg.width} ${height}" width="${svg.width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">A recording of ${svg.escape(command)}</title>`,
    `<desc id="description">${svg.escape(told)}</desc>`,
    `<!-- Made by scripts/record.ts from a run: do not edit. -->`,
    `<style>${rules}${light}@media (prefers-color-scheme:dark){${dark}}${timing(shown)}</style>`,
    `<clipPath id="screen"><rect y="35" width="${svg.width}" height="${height - 39}"/></clipPath>`,
    `<rect class="paper" x=".5" y=".5" width="${svg.width - 1}" height="${height - 1}" rx="8"/>`,
    `<path class="bar" d="M0 30V8a8 8 0 0 1 8-8h${svg.width - 16}a8 8 0 0 1 8 8v22z"/>`,
    `<text x="${left}" y="20" class="dim">$ ${svg.escape(command)}</text>`,
    `<g clip-path="url(#screen)"><g class="page">`,
    ...shown.flatMap((line, index) => (line.pieces.length === 0 ? [] : [drawLine(line, index)])),
    "</g></g></svg>",
    ""
  ].join("\n")
}
