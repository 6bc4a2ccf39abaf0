import * as fs from "node:fs"
import { join } from "node:path"
import { bring } from "./consumer.ts"
import type { Row } from "./outcome.ts"
import { check } from "./process.ts"

// The oldest first.
const releases = ["5.7", "5.8", "5.9", "6", "7"]

const resolutions = {
  NodeNext: { module: "NodeNext", moduleResolution: "NodeNext" },
  Bundler: { module: "Preserve", moduleResolution: "Bundler" }
} as const

const columns = Object.entries(resolutions).flatMap(([name, resolution]) =>
  [false, true].map((exact) => ({
    title: exact ? `${name}, exact optional` : name,
    compilerOptions: { ...resolution, exactOptionalPropertyTypes: exact }
  }))
)

export const header = ["TypeScript", ...columns.map(({ title }) => title)]

/** Compiles all of docs/examples by each compiler, the declarations of every package included. */
export const compile = async (consumer: string, oldest: boolean): Promise<ReadonlyArray<Row>> => {
  const rows: Array<Row> = []
  for (const release of oldest ? releases.slice(0, 1) : releases) {
    const tool = await bring(consumer, "typescript", release)
    if (typeof tool !== "string") {
      rows.push({ what: release, outcomes: columns.map(() => tool) })
      continue
    }
    const { version } = JSON.parse(fs.readFileSync(join(tool, "node_modules/typescript/package.json"), "utf8"))
    const outcomes = []
    for (const { compilerOptions } of columns) {
      fs.writeFileSync(join(consumer, "tsconfig.json"), JSON.stringify(configuration(compilerOptions)))
      outcomes.push(await check(consumer, join(tool, "node_modules/.bin/tsc"), ["-p", "."]))
    }
    rows.push({ what: version, outcomes })
  }
  return rows
}

const configuration = (options: object) => ({
  compilerOptions: {
    target: "ES2022",
    lib: ["ES2022", "DOM", "DOM.Iterable"],
    types: ["node"],
    strict: true,
    skipLibCheck: false,
    noEmit: true,
    allowImportingTsExtensions: true,
    ...options
  },
  include: ["examples"]
})
