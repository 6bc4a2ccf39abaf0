import type { Flag } from "../flag.ts"
import { choices } from "../flag.ts"
import type { Program } from "./program.ts"

/** A script for fish. */
export const fish = ({ commands, common, help, name }: Program): string => {
  const names = [...commands, help].map(({ name }) => name)
  const complete = (condition: string, rest: string) => `complete -c ${name} -n '${condition}' ${rest}`
  return [
    `complete -c ${name} -f`,
    ...[...commands, help].map(({ description, name }) =>
      complete(`not ${seen(names)}`, `-a ${name} -d ${quote(description)}`)
    ),
    ...common.map((flag) => `complete -c ${name} ${ofFlag(flag)}`),
    ...commands.flatMap((command) => command.flags.map((flag) => complete(seen([command.name]), ofFlag(flag)))),
    complete(seen([help.name]), `-a '${names.join(" ")}'`)
  ].join("\n")
}

const seen = (names: ReadonlyArray<string>): string => `__fish_seen_subcommand_from ${names.join(" ")}`

const quote = (text: string): string => `'${text.replace(/[\\']/g, "\\$&")}'`

const ofFlag = (flag: Flag): string => {
  const { description, names, valueName } = flag
  const words = choices(flag)
  return [
    ...names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)),
    // It takes a value, and files are none unless it says so.
    ...(valueName === undefined ? [] : [valueName === "file" ? "-r -F" : "-x"]),
    ...(words.length === 0 ? [] : [`-a '${words.join(" ")}'`]),
    `-d ${quote(description)}`
  ].join(" ")
}
