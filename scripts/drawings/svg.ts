import { wrap } from "../../packages/cli/src/wrap.ts"

/** How wide every picture is: at its own size where there is room, and still to be read on a phone, which shows it smaller. */
export const width = 480

/** A number as SVG wants it: short, and the same on every machine. */
const n = (value: number): string => String(Math.round(value * 10) / 10)

export const escape = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

type Attributes = Readonly<Record<string, string | number>>

const element = (name: string, attributes: Attributes, content = ""): string => {
  const written = Object.entries(attributes).map(
    ([key, value]) => ` ${key}="${typeof value === "number" ? n(value) : escape(value)}"`
  )
  return content === "" ? `<${name}${written.join("")}/>` : `<${name}${written.join("")}>${content}</${name}>`
}

export const rect = (x: number, y: number, width: number, height: number, kind: string, rx = 0): string =>
  element("rect", { x, y, width, height, rx, class: kind })

export const line = (x1: number, y1: number, x2: number, y2: number, kind: string): string =>
  element("line", { x1, y1, x2, y2, class: kind })

export const circle = (cx: number, cy: number, r: number, kind: string): string =>
  element("circle", { cx, cy, r, class: kind })

/** A path that ends in an arrowhead. */
export const arrow = (d: string, kind = "edge"): string =>
  element("path", { d, class: kind, "marker-end": `url(#${kind === "edge" ? "head" : `head-${kind}`})` })

export type Anchor = "start" | "middle" | "end"

export const text = (x: number, y: number, content: string, kind = "label", anchor: Anchor = "start"): string =>
  element("text", { x, y, class: kind, "text-anchor": anchor }, escape(content))

/** A name, and behind it on the same line what there is to say of it. */
export const entry = (x: number, y: number, name: string, says: string): string =>
  element(
    "text",
    { x, y },
    element("tspan", { class: "label" }, escape(name)) + element("tspan", { class: "small", dx: 10 }, escape(says))
  )

/** Several lines of text, the first one at `y`. */
export const lines = (x: number, y: number, content: ReadonlyArray<string>, kind = "label", anchor: Anchor = "start") =>
  content.map((each, index) => text(x, y + index * lineHeight, each, kind, anchor)).join("\n")

export const lineHeight = 16

/** A text in lines that fit across the picture. */
export const paragraph = (y: number, content: string): string => lines(margin, y, wrap(content, 64), "small")

/** What is left free at both sides. */
export const margin = 16

/** What a mark or a colour means: how to draw it at a place, and the words for it. */
export type Meaning = readonly [draw: (x: number, y: number) => string, words: string]

/** Says what marks and colours mean, as many in a row as fit. */
export const legend = (y: number, meanings: ReadonlyArray<Meaning>): string => {
  let [x, row] = [margin, y]
  return meanings
    .map(([draw, words]) => {
      const wide = 28 + words.length * 6.8
      if (x + wide > width) [x, row] = [margin, row + 22]
      const drawn = [draw(x + 8, row), text(x + 22, row + 4, words, "small")].join("\n")
      x += wide + 8
      return drawn
    })
    .join("\n")
}

interface Palette {
  readonly paper: string
  readonly ink: string
  readonly soft: string
  readonly fill: string
  readonly faint: string
  readonly good: string
  readonly bad: string
  readonly warn: string
}

const light: Palette = {
  paper: "#ffffff",
  ink: "#1f2328",
  soft: "#59636e",
  fill: "#f6f8fa",
  faint: "#d1d9e0",
  good: "#1a7f37",
  bad: "#d1242f",
  warn: "#9a6700"
}

const dark: Palette = {
  paper: "#0d1117",
  ink: "#f0f6fc",
  soft: "#9198a1",
  fill: "#151b23",
  faint: "#3d444d",
  good: "#3fb950",
  bad: "#f85149",
  warn: "#d29922"
}

const rules = ({ bad, faint, fill, good, ink, paper, soft, warn }: Palette): string =>
  [
    `.paper{fill:${paper}}`,
    `.box{fill:${fill};stroke:${soft}}`,
    `.box-good{fill:${fill};stroke:${good}}`,
    `.box-bad{fill:${fill};stroke:${bad}}`,
    `.title,.name{fill:${ink}}`,
    `.label,.ink-small{fill:${ink}}`,
    `.small{fill:${soft}}`,
    `.edge,.maybe{stroke:${soft}}`,
    `.bad{stroke:${bad}}`,
    `.good{stroke:${good}}`,
    `.head,.head-maybe{fill:${soft}}`,
    `.head-bad{fill:${bad}}`,
    `.head-good{fill:${good}}`,
    `.over{stroke:${paper}}`,
    `.grid{stroke:${faint}}`,
    `.band,.band-solid{fill:${good}}`,
    `.cut{fill:${bad}}`,
    `.dot-good{fill:${good};stroke:${paper}}`,
    `.dot-bad{fill:${bad};stroke:${paper}}`,
    `.dot-soft{fill:${soft};stroke:${paper}}`,
    `.ring{fill:${paper};stroke:${soft}}`,
    `.ring-bad{fill:${paper};stroke:${bad}}`,
    `.limit{stroke:${warn}}`,
    `.limit-text{fill:${warn}}`
  ].join("")

const shapes = [
  "text{font:14px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,'DejaVu Sans',sans-serif}",
  ".title{font-size:16px;font-weight:600}.name{font-size:14px;font-weight:600}.small,.ink-small,.limit-text{font-size:12px}.label{font-size:13px}",
  ".over{paint-order:stroke;stroke-width:4px;stroke-linejoin:round}",
  ".edge,.maybe,.bad,.good{fill:none;stroke-width:1.5}.maybe{stroke-dasharray:5 4}.box,.box-good,.box-bad{stroke-width:1.5}.band{opacity:.22}.band-solid{opacity:.45}.cut{opacity:.18}",
  ".grid{stroke-width:1}.limit{stroke-width:1.5;stroke-dasharray:5 4}.ring{stroke-width:1.5}.ring-bad{stroke-width:3}"
].join("")

const head = (kind: string): string =>
  `<marker id="${kind}" class="${kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z"/></marker>`

/** A picture with its own paper, so that it can be read on a page of either brightness. */
export const picture = (height: number, title: string, description: string, parts: ReadonlyArray<string>): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escape(title)}</title>`,
    `<desc id="description">${escape(description)}</desc>`,
    `<!-- Made by scripts/draw.ts: do not edit. -->`,
    `<style>${shapes}${rules(light)}@media (prefers-color-scheme:dark){${rules(dark)}}</style>`,
    `<defs>${["head", "head-bad", "head-good", "head-maybe"].map(head).join("")}</defs>`,
    rect(0, 0, width, height, "paper", 8),
    ...parts,
    "</svg>",
    ""
  ].join("\n")
