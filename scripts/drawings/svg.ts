/** A number as SVG wants it: short, and the same on every machine. */
const n = (value: number): string => String(Math.round(value * 10) / 10)

const escape = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

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

/** Several lines of text, the first one at `y`. */
export const lines = (x: number, y: number, content: ReadonlyArray<string>, kind = "label", anchor: Anchor = "start") =>
  content.map((each, index) => text(x, y + index * 17, each, kind, anchor)).join("\n")

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
    `.label{fill:${ink}}`,
    `.small{fill:${soft}}`,
    `.edge{stroke:${soft}}`,
    `.bad{stroke:${bad}}`,
    `.head{fill:${soft}}`,
    `.head-bad{fill:${bad}}`,
    `.grid{stroke:${faint}}`,
    `.band{fill:${good}}`,
    `.cut{fill:${bad}}`,
    `.dot-good{fill:${good};stroke:${paper}}`,
    `.dot-bad{fill:${bad};stroke:${paper}}`,
    `.dot-soft{fill:${soft};stroke:${paper}}`,
    `.ring{fill:${paper};stroke:${soft}}`,
    `.limit{stroke:${warn}}`,
    `.limit-text{fill:${warn}}`
  ].join("")

const shapes = [
  "text{font:14px system-ui,-apple-system,'Segoe UI',Helvetica,Arial,'DejaVu Sans',sans-serif}",
  ".title{font-size:17px;font-weight:600}.name{font-size:16px;font-weight:600}.small,.limit-text{font-size:12px}.label{font-size:13px}",
  ".edge,.bad{fill:none;stroke-width:1.5}.box,.box-good,.box-bad{stroke-width:1.5}.band{opacity:.18}.cut{opacity:.1}",
  ".grid{stroke-width:1}.limit{stroke-width:1.5;stroke-dasharray:5 4}.ring{stroke-width:1.5}"
].join("")

const head = (id: string, kind: string): string =>
  `<marker id="${id}" class="${kind}" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path d="M0 0 10 5 0 10z"/></marker>`

/** A picture with its own paper, so that it can be read on a page of either brightness. */
export const picture = (
  width: number,
  height: number,
  title: string,
  description: string,
  parts: ReadonlyArray<string>
): string =>
  [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title description">`,
    `<title id="title">${escape(title)}</title>`,
    `<desc id="description">${escape(description)}</desc>`,
    `<!-- Made by scripts/draw.ts: do not edit. -->`,
    `<style>${shapes}${rules(light)}@media (prefers-color-scheme:dark){${rules(dark)}}</style>`,
    `<defs>${head("head", "head")}${head("head-bad", "head-bad")}</defs>`,
    rect(0, 0, width, height, "paper", 8),
    ...parts,
    "</svg>",
    ""
  ].join("\n")
