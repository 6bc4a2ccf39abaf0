import { parseArgs } from "node:util"

/** What the command line asks for. */
export interface Arguments {
  /** How many accounts, each with a session. */
  readonly count: number
  /** How many seconds the service keeps an unused session. */
  readonly life: number
  /** How many seconds a session is left alone at most. */
  readonly interval: number
  readonly json: boolean
}

/** Reads the flags; what cannot be used is an error that names the flag. */
export const parse = (args: ReadonlyArray<string>): Arguments => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      count: { type: "string", default: "100000" },
      life: { type: "string", default: "600" },
      interval: { type: "string" },
      json: { type: "boolean", default: false }
    }
  })
  const life = whole("life", values.life)
  const interval = values.interval === undefined ? life / 2 : whole("interval", values.interval)
  return { count: whole("count", values.count), life, interval, json: values.json }
}

const whole = (flag: string, text: string): number => {
  if (/^[1-9]\d{0,6}$/.test(text)) return Number(text)
  throw new Error(`--${flag} is a whole number from 1 to 9999999, not ${JSON.stringify(text)}`)
}
