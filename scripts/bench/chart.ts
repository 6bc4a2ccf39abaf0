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

/** Draws what a ping costs with each client as bars, in colours that can be read on light and on dark. */
export const draw = (samples: Samples): string => {
  const soap = samples["soap cpu"] ?? []
  const measured = bars.flatMap(([client, label, ours]) => {
    const ratio = quantile(divide(samples[`${client} cpu`] ?? [], soap), 0.5)
    return Number.isNaN(ratio) ? [] : [{ label, ours, ratio }]
  })
  const longest = Math.max(...measured.map(({ ratio }) => ratio))
  const drawn = measured.map(({ label, ours, ratio }, index) => {
    const y = 40 + index * 26
    const width = Math.max(1, (ratio / longest) * 330).toFixed(0)
    return (
      `  <text x="230" y="${y + 14}" text-anchor="end">${label}</text>\n` +
      `  <rect class="${ours ? "ours" : "peer"}" x="240" y="${y}" width="${width}" height="18" rx="2"/>\n` +
      `  <text x="${246 + Number(width)}" y="${y + 14}">${show(ratio)}</text>`
    )
  })
  const height = 50 + measured.length * 26
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 ${height}" role="img" aria-label="Processor time of a ping, npm soap = 1">
  <style>
    text { font: 13px system-ui, sans-serif; fill: #24292f }
    .ours { fill: #2f6fde }
    .peer { fill: #9aa4b2 }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .peer { fill: #6e7681 } .ours { fill: #58a6ff } }
  </style>
  <text x="240" y="24">processor time of a ping, npm soap = 1; less is better</text>
${drawn.join("\n")}
</svg>
`
}
