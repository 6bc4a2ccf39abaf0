import type { Flag } from "../flag.ts"
import { choices } from "../flag.ts"
import type { Program } from "./program.ts"

/** A script for zsh. */
export const zsh = ({ commands, common, help, name }: Program): string => {
  const self = `_${name.replaceAll("-", "_")}`
  const described = [...commands, help].map(({ description, name }) => quote(`${name}:${description}`))
  return `#compdef ${name}
${self}() {
  local curcontext=$curcontext state line
  typeset -A opt_args
  local -a commands=(
    ${described.join("\n    ")}
  )
  _arguments -C${args(common)} \\
        '1: :->command' \\
        '*:: :->behind'
  case $state in
    command) _describe -t commands command commands ;;
    behind)
      case $words[1] in
        ${help.name}) _describe -t commands command commands ;;
${commands.map((command) => `        ${command.name}) _arguments${args([...command.flags, ...common])} ;;\n`).join("")}      esac ;;
  esac
}
# Sourced it is registered; from a file in fpath it is what completes.
if [[ $funcstack[1] == ${self} ]]; then
  ${self} "$@"
else
  compdef ${self} ${name}
fi`
}

const args = (flags: ReadonlyArray<Flag>): string => flags.map((flag) => ` \\\n        ${ofFlag(flag)}`).join("")

const quote = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const ofFlag = (flag: Flag): string => {
  const { description, names, valueName } = flag
  const words = choices(flag)
  const action = words.length > 0 ? `(${words.join(" ")})` : valueName === "file" ? "_files" : " "
  const value = valueName === undefined ? "" : `:${valueName.replaceAll("|", " or ")}:${action}`
  // Both --flag value and --flag=value.
  const assigned = valueName === undefined ? "" : "="
  const said = quote(`[${description.replace(/[[\]\\:]/g, "\\$&")}]${value}`)
  return names.length === 1
    ? `${names[0]}${assigned}${said}`
    : `${quote(`(${names.join(" ")})`)}{${names.join(",")}}${said}`
}
