import type { Samples } from "./samples.ts"
import { divide, quantile } from "./statistics.ts"
import { show } from "./table.ts"

const bars: ReadonlyArray<readonly [client: string, label: string, ours: boolean]> = [
  ["soap", "npm soap", false],
  ["strongSoap", "strong-soap", false],
  ["rawUndici", "raw undici", false],
  ["rawFetch", "raw fetch", false],
  ["plainEffect", "a plain Effect client, layerUndici", false],
  ["undiciTransport", "UndiciTransport", true],
  ["ours-undici", "HttpTransport, layerUndici", true],
  ["ours-node", "HttpTransport, NodeHttpClient", true],
  ["ours-fetch", "HttpTransport, fetch", true]
]

/** Draws what a ping costs with each client as bars, in colours that can be read on light and on dark, and narrow enough for a phone. */
export const draw = (samples: Samples): string => {
  const soap = samples["soap cpu"] ?? []
  const measured = bars.flatMap(([client, label, ours]) => {
    const ratio = quantile(divide(samples[`${client} cpu`] ?? [], soap), 0.5)
    return Number.isNaN(ratio) ? [] : [{ label, ours, ratio }]
  })
  const longest = Math.max(...measured.map(({ ratio }) => ratio))
  const drawn = measured.map(({ label, ours, ratio }, index) => {
    const y = 72 + index * 38
    const width = Math.max(1, (ratio / longest) * 400).toFixed(0)
    return (
      `  <text x="16" y="${y}">${label}</text>\n` +
      `  <rect class="${ours ? "ours" : "peer"}" x="16" y="${y + 5}" width="${width}" height="14" rx="2"/>\n` +
      `  <text x="${22 + Number(width)}" y="${y + 17}">${show(ratio)}</text>`
    )
  })
  const end = 62 + measured.length * 38
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 ${end + 40}" width="480" height="${end + 40}" role="img" aria-labelledby="title description">
  <title id="title">Processor time of a ping, npm soap = 1</title>
  <desc id="description">${measured.map(({ label, ratio }) => `${label}: ${show(ratio)}`).join("; ")}</desc>
  <style>
    text { font: 13px system-ui, sans-serif; fill: #1f2328 }
    .title { font-size: 16px; font-weight: 600 }
    .paper { fill: #ffffff }
    .ours { fill: #2f6fde }
    .peer { fill: #9aa4b2 }
    @media (prefers-color-scheme: dark) { text { fill: #f0f6fc } .paper { fill: #0d1117 } .peer { fill: #6e7681 } .ours { fill: #58a6ff } }
  </style>
  <rect class="paper" width="480" height="${end + 40}" rx="8"/>
  <text class="title" x="16" y="30">Processor time of a ping, npm soap = 1</text>
  <text x="16" y="49">less is better</text>
${drawn.join("\n")}
  <rect class="ours" x="16" y="${end}" width="14" height="14" rx="2"/>
  <text x="38" y="${end + 12}">these packages</text>
  <rect class="peer" x="176" y="${end}" width="14" height="14" rx="2"/>
  <text x="198" y="${end + 12}">others</text>
</svg>
`
}
