import { parseArgs } from "node:util"
import type { SuiteName } from "./suites.ts"
import { suiteNames } from "./suites.ts"

/** What the command line asks for. */
export interface Arguments {
  readonly suites: ReadonlyArray<SuiteName>
  readonly repetitions: number
  readonly json: string | undefined
  readonly update: boolean
}

/** Reads the flags; an unknown one, or an unknown suite, is an error that says what there is. */
export const parse = (args: ReadonlyArray<string>): Arguments => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: "boolean", default: false },
      only: { type: "string", multiple: true, default: [] },
      json: { type: "string" },
      update: { type: "boolean", default: false }
    }
  })
  return {
    suites: values.only.length === 0 ? suiteNames : values.only.map(suite),
    repetitions: values.quick ? 3 : 7,
    json: values.json,
    update: values.update
  }
}

const suite = (name: string): SuiteName => {
  const found = suiteNames.find((known) => known === name)
  if (found === undefined) throw new Error(`--only ${name}: there is ${suiteNames.join(", ")}`)
  return found
}
