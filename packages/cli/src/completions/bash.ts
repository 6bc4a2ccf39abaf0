import type { Flag } from "../flag.ts"
import { choices } from "../flag.ts"
import type { Program } from "./program.ts"

/** A script for bash, which splits a line at each `=`. */
export const bash = ({ commands, common, help, name }: Program): string => {
  const names = [...commands, help].map(({ name }) => name)
  const flags = new Map(
    [...commands.flatMap(({ flags }) => flags), ...common].map((flag) => [flag.names.join("|"), flag])
  )
  const self = `_${name.replaceAll("-", "_")}`
  return `${self}() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} command= words= word
  # Bash takes --flag=value for three words.
  if [[ $current == "=" ]]; then
    current=
  elif [[ $before == "=" ]]; then
    before=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
    case $word in
      ${names.join("|")}) command=$word && break ;;
    esac
  done
  COMPREPLY=()
  case $before in
${Array.from(flags.values(), ofFlag).join("")}  esac
  case $command in
    "") words="${names.join(" ")} ${words(common)}" ;;
    ${help.name}) words="${names.join(" ")}" ;;
${commands.map((command) => `    ${command.name}) words="${words([...command.flags, ...common])}" ;;\n`).join("")}  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F ${self} ${name}`
}

const words = (flags: ReadonlyArray<Flag>): string => flags.flatMap(({ names }) => names).join(" ")

const ofFlag = (flag: Flag): string => {
  const completed = (reply: string) => `    ${flag.names.join("|")}) ${reply}return ;;\n`
  if (flag.valueName === undefined) return ""
  if (flag.valueName === "file") {
    return completed(`local IFS=$'\\n'; compopt -o filenames 2>/dev/null; COMPREPLY=($(compgen -f -- "$current")); `)
  }
  const values = choices(flag)
  // Of any other value there is nothing to complete, not even a file.
  return completed(values.length === 0 ? "" : `COMPREPLY=($(compgen -W "${values.join(" ")}" -- "$current")); `)
}
