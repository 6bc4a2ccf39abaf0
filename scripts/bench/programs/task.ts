import { writeSync } from "node:fs"
import { createInterface } from "node:readline"
import type { Client, Connect } from "../clients/client.ts"

const [, , address = "", wsdl = "", args = "{}"] = process.argv

/** What the job says, each checked by who reads it. */
const told: Readonly<Record<string, unknown>> = JSON.parse(args)

/** A number that the job says, or zero. */
export const number = (name: string): number => Number(told[name] ?? 0)

/** A word that the job says. */
export const word = (name: string): string => String(told[name])

/** Connects the client that the job names, to replies of so many bytes, or of no more than there is to say. */
export const connect = async (size = 0): Promise<Client> => {
  const module: { readonly connect: Connect } = await import(
    new URL(`../clients/${word("client")}.js`, import.meta.url).href
  )
  return module.connect(`${address}/${size || ""}`, wsdl)
}

type Quantities = Readonly<Record<string, number>>

const say = (quantities: Quantities): void => void writeSync(3, `${JSON.stringify(quantities)}\n`)

/** Says what was measured, and ends the process whatever is still open. */
export const report = (quantities: Quantities): void => {
  say(quantities)
  process.exit()
}

/** Measures whenever it is this program's turn, until there is no other, and ends the process whatever is still open. */
export const turns = async (measure: () => Promise<Quantities>): Promise<void> => {
  for await (const _ of createInterface({ input: process.stdin })) say(await measure())
  process.exit()
}
