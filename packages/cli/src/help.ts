import * as commonFlags from "./commonFlags.ts"
import type { Flag } from "./flag.ts"
import { wrap } from "./wrap.ts"

/** What the help lists of a command. */
interface Listed {
  readonly name: string
  readonly description: string
}

/** A thing and what is to be said of it. */
type Entry = readonly [subject: string, description: string]

/** How a help is written: how long its lines may be, and how what stands out does so. */
export interface Style {
  readonly columns: number
  readonly bold: (text: string) => string
}

/** The help of the whole command line. */
export const ofAll = (program: string, commands: ReadonlyArray<Listed>, style: Style): string =>
  page(style, `${program} <command> [flags]`, "Open, ping and watch sessions of Clickatell's SOAP API.", [
    ["COMMANDS", [...commands, command].map(({ description, name }) => [name, description])],
    ["FLAGS OF ALL COMMANDS", commonFlags.all.map(entry)],
    ["ENVIRONMENT", variables],
    ["EXIT CODES", exitCodes]
  ])

/** The help of one command. */
export const of = (
  program: string,
  { description, flags, name }: Listed & { readonly flags: ReadonlyArray<Flag> },
  style: Style
): string =>
  page(style, `${program} ${name} [flags]`, `${description}.`, [
    ["FLAGS", flags.map(entry)],
    ["FLAGS OF ALL COMMANDS", commonFlags.all.map(entry)]
  ])

/** The command that shows them. */
export const command: Listed = { name: "help", description: "Show this help, or that of the command behind it" }

const variables: ReadonlyArray<Entry> = [
  ["CLICKATELL_API_ID", "The API id of the credentials"],
  ["CLICKATELL_USER", "The user of the credentials"],
  ["CLICKATELL_PASSWORD", "The password of the credentials"],
  ["CLICKATELL_SESSION_ID", "The session to ping"],
  ["CLICKATELL_ENDPOINT", "As --endpoint, which wins; so it is with the next three"],
  ["CLICKATELL_STYLE", "As --style"],
  ["CLICKATELL_TIMEOUT", "As --timeout"],
  ["CLICKATELL_ALLOW_HTTP", "As --allow-http: true or false"],
  ["FORCE_COLOR, NO_COLOR", "Print in colours always, or never; FORCE_COLOR=0 is never too"]
]

const exitCodes: ReadonlyArray<Entry> = [
  ["0", "All is well"],
  ["2", "Usage or configuration"],
  ["3", "AuthFailed: the service does not let us in"],
  ["4", "ApiError: the service refuses what it is asked for"],
  ["5", "SoapFault: the server answers with a fault"],
  ["6", "MalformedReply: what answers is not the service"],
  ["7", "TransportError: there is no usable reply"]
]

const entry = ({ description, names, valueName = "" }: Flag): Entry => [
  `${names.join(", ")} ${valueName.replaceAll("|", " | ")}`.trim(),
  description
]

const page = (
  style: Style,
  usage: string,
  description: string,
  sections: ReadonlyArray<readonly [title: string, entries: ReadonlyArray<Entry>]>
): string =>
  [
    style.bold(usage),
    "",
    ...wrap(description, style.columns),
    ...sections.flatMap(([title, entries]) => [
      "",
      style.bold(title),
      ...entries.flatMap((entry) => lines(entry, style))
    ])
  ].join("\n")

// Where descriptions begin: two behind the longest subject that is not a list.
const column = 28

/** Beside each other where there is room for both, and otherwise one below the other. */
const lines = ([subject, description]: Entry, { bold, columns }: Style): ReadonlyArray<string> => {
  const indent = columns < 2 * column ? 6 : column
  const described = wrap(description, columns - indent).map((line) => " ".repeat(indent) + line)
  if (indent < column || subject.length > column - 4) {
    return [...wrap(subject, columns - 4).map((line, at) => (at === 0 ? "  " : "    ") + bold(line)), ...described]
  }
  const [first = "", ...rest] = described
  return [`  ${bold(subject)}${first.slice(2 + subject.length)}`, ...rest]
}
