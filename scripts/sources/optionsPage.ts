import { Array as Arr } from "effect"
import type { Subcommand } from "../../packages/cli/src/subcommand.ts"
import type { Export } from "./exports.ts"
import type { Group, Option } from "./options.ts"
import * as table from "../markdown/table.ts"

/** What the page is drawn from. */
export interface Sources {
  readonly groups: ReadonlyArray<Group>
  readonly exports: ReadonlyArray<Export>
  readonly commands: ReadonlyArray<Subcommand>
}

const code = (text: string): string => (text === "" ? "" : `\`${text}\``)

const fallback = ({ fallback, isRequired }: Option): string => {
  if (isRequired) return "required"
  if (fallback === undefined) return "–"
  return /^\d+(?:\.\d+)?(?: \w+)?$/.test(fallback) ? fallback : code(fallback)
}

/** The type and what it means in one cell, since a column of types would leave the other no room. */
const meaning = ({ comment, type }: Option): string =>
  type === "" ? comment : `${code(type.replaceAll("Duration.DurationInput", "DurationInput"))}: ${comment}`

const group = ({ comment, name, options }: Group): string => {
  const rows = options.map((option) => [code(option.name), fallback(option), meaning(option)])
  return `## ${name}\n\n${comment}\n\n${table.draw(["option", "by default", "means"], rows)}`
}

/** The variables that each `config` reads, by its comment. */
const variablesOf = (exports: ReadonlyArray<Export>): ReadonlyMap<string, ReadonlyArray<string>> => {
  const readers = new Map<string, Array<string>>()
  for (const { name, text = "", where } of exports.filter(({ name }) => name === "config")) {
    const module = /(\w+)\.ts:/.exec(where)?.[1] ?? ""
    for (const [, variable = ""] of text.matchAll(/`(CLICKATELL_\w+)`/g)) {
      readers.set(variable, [...(readers.get(variable) ?? []), code(`${module}.${name}`)])
    }
  }
  return readers
}

const variables = (exports: ReadonlyArray<Export>): string =>
  table.draw(
    ["variable", "read by"],
    Array.from(variablesOf(exports), ([variable, readers]) => [code(variable), readers.join(", ")]).toSorted()
  )

const flags = (commands: ReadonlyArray<Subcommand>): string => {
  const all = commands.flatMap(({ flags, name }) =>
    flags.map(({ description, names, valueName = "" }) => ({
      command: code(name),
      flag: code(`${names.join(", ")} ${valueName}`.trim()),
      description
    }))
  )
  // Commands that take a flag in the same sense share a row.
  const alike = Object.values(Arr.groupBy(all, ({ description, flag }) => `${flag} ${description}`))
  return table.draw(
    ["flag", "of", "means"],
    alike.map(([first, ...others]) => [
      first.flag,
      [first, ...others].map(({ command }) => command).join(", "),
      first.description
    ])
  )
}

/** Draws docs/options.md. */
export const draw = ({ commands, exports, groups }: Sources): string => `---
title: All options
group: Reference
---

# All options

\`npx pnpm fix\` writes this page from the types, the comments and the code. A \`DurationInput\` is a text with its unit, such as
\`"90 seconds"\`; a number alone is in milliseconds. Of what is optional the second column has what the code takes in its place, and a dash
where that is nothing, or depends on what the last column says.

${groups.map(group).join("\n\n")}

## Variables

What stands in the environment, for \`layerConfig\` and for the command line; each can be given in another way by a \`ConfigProvider\`.

${variables(exports)}

## Flags of clickatell-ping

[The command line](command-line.md) has the variables beside them.

${flags(commands)}
`
