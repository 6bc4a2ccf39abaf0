import * as CliConfig from "@effect/cli/CliConfig"
import * as Command from "@effect/cli/Command"
import * as CommandDescriptor from "@effect/cli/CommandDescriptor"
import * as CommandDirective from "@effect/cli/CommandDirective"
import * as HelpDoc from "@effect/cli/HelpDoc"
import type * as Usage from "@effect/cli/Usage"
import type * as ValidationError from "@effect/cli/ValidationError"
import type { NodeContext } from "@effect/platform-node/NodeContext"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { Exit } from "./exitCode.ts"
import type { Flag } from "./flag.ts"
import type { Given } from "./words.ts"

/** A command as it is written, listed and run. */
export interface Subcommand {
  readonly name: string
  readonly description: string
  readonly flags: ReadonlyArray<Flag>
  readonly run: (
    given: ReadonlyArray<Given>
  ) => Effect.Effect<void, Exit | ValidationError.ValidationError, NodeContext>
}

// The flags that all commands have are not left to each of them.
const config = CliConfig.make({ showBuiltIns: false, autoCorrectLimit: 0 })

/** What a command of `@effect/cli` declares. */
export const make = <Name extends string, A>(command: Command.Command<Name, NodeContext, Exit, A>): Subcommand => {
  const [self, ...options] = named(Command.getUsage(command))
  const name = self?.names[0] ?? ""
  const help = leaves(Command.getHelp(command, config))
  const descriptions = help.filter(HelpDoc.isDescriptionList).flatMap(({ definitions }) => definitions)
  return {
    name,
    description: help.filter(HelpDoc.isParagraph).map(text)[0] ?? "",
    flags: options.map(({ acceptedValues, names }, at) => ({
      names,
      valueName: Option.getOrUndefined(acceptedValues),
      description: describe(descriptions[at]?.[1])
    })),
    run: (given) =>
      CommandDescriptor.parse(command.descriptor, [name, ...given.flatMap(written)], config).pipe(
        Effect.flatMap((directive) =>
          CommandDirective.isUserDefined(directive)
            ? command.transform(command.handler(directive.value), directive.value)
            : Effect.dieMessage(`${name} was given a flag that is not its own`)
        )
      )
  }
}

const written = ({ flag: { names }, value }: Given): ReadonlyArray<string> =>
  value === undefined ? names.slice(0, 1) : [...names.slice(0, 1), value]

const named = (usage: Usage.Usage): ReadonlyArray<Usage.Named> => {
  switch (usage._tag) {
    case "Named":
      return [usage]
    case "Optional":
    case "Repeated":
      return named(usage.usage)
    case "Alternation":
    case "Concat":
      return [...named(usage.left), ...named(usage.right)]
    default:
      return []
  }
}

const leaves = (doc: HelpDoc.HelpDoc): ReadonlyArray<HelpDoc.HelpDoc> =>
  HelpDoc.isSequence(doc) ? [...leaves(doc.left), ...leaves(doc.right)] : [doc]

const text = (paragraph: HelpDoc.HelpDoc): string => HelpDoc.toAnsiText(paragraph).trim()

// The first paragraph says of what type the value is, and those after the second what a default can say better.
const describe = (doc: HelpDoc.HelpDoc = HelpDoc.empty): string => leaves(doc).map(text)[1] ?? ""
