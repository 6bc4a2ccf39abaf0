import * as HelpDoc from "@effect/cli/HelpDoc"
import * as ValidationError from "@effect/cli/ValidationError"
import type { NodeContext } from "@effect/platform-node/NodeContext"
import * as Printable from "@effect-clickatell/core/Printable"
import * as Console from "effect/Console"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as closest from "./closest.ts"
import { auth } from "./commands/auth.ts"
import { doctor } from "./commands/doctor.ts"
import { emulate } from "./commands/emulate.ts"
import { ping } from "./commands/ping.ts"
import { watch } from "./commands/watch.ts"
import * as commonFlags from "./commonFlags.ts"
import { scripts } from "./completions/scripts.ts"
import { Exit } from "./exitCode.ts"
import type { Flag } from "./flag.ts"
import * as help from "./help.ts"
import * as logLevel from "./logLevel.ts"
import * as output from "./output.ts"
import type { Subcommand } from "./subcommand.ts"
import * as subcommand from "./subcommand.ts"
import * as terminal from "./terminal.ts"
import type { Given } from "./words.ts"
import * as words from "./words.ts"

const program = "clickatell-ping"
const version = "0.1.0"

/** All commands, in the order of the help. */
export const commands: ReadonlyArray<Subcommand> = [
  subcommand.make(auth),
  subcommand.make(ping),
  subcommand.make(watch),
  subcommand.make(doctor),
  subcommand.make(emulate)
]

/** A command line that is not understood, and the command whose help would help. */
class Refusal extends Data.TaggedError("Refusal")<{ readonly command: string | undefined; readonly problem: string }> {}

/** The command line: takes the arguments of the process, its program and script names included. */
export const run = ([, , ...line]: ReadonlyArray<string>): Effect.Effect<void, Exit, NodeContext> =>
  Effect.catchTag(dispatch(line), "Refusal", report)

const report = ({ command, problem }: Refusal): Effect.Effect<never, Exit> => {
  const name = command === undefined ? program : `${program} ${command}`
  // It quotes whoever wrote the command line, which may be a script.
  const refused = output.inRed(`${name}: ${Printable.escape(problem, Infinity)}`)
  return Effect.zipRight(
    Console.error(`${refused}\n${[program, "help", command].filter((word) => word !== undefined).join(" ")} says more`),
    Effect.fail(new Exit({ code: 2 }))
  )
}

const dispatch = Effect.fnUntraced(function* (
  line: ReadonlyArray<string>
): Effect.fn.Return<void, Exit | Refusal, NodeContext> {
  const front = words.read(line, commonFlags.all)
  // Whatever else is wrong with a line that asks for help, help is the answer.
  const isHelp = line.some((word) => commonFlags.help.names.includes(word))
  if (isHelp && Either.isLeft(front)) return yield* showHelp(undefined)
  const { given, rest } = yield* understood(undefined, front)
  const [name, ...behind] = rest
  if (name === help.command.name) return yield* showHelp(behind[0])
  if (name === undefined || isHelp) return yield* obey(given, showHelp(name))
  const command = yield* find(name)
  const own = yield* understood(name, words.read(behind, [...command.flags, ...commonFlags.all]))
  const [stray] = own.rest
  if (stray !== undefined) return yield* refuse(name, `'${stray}' is neither a flag nor the value of one`)
  const running = Effect.mapError(command.run(own.given.filter(({ flag }) => command.flags.includes(flag))), (error) =>
    ValidationError.isValidationError(error) ? refuse(name, HelpDoc.toAnsiText(error.error).trim()) : error
  )
  return yield* obey([...given, ...own.given], running)
})

const refuse = (command: string | undefined, problem: string) => new Refusal({ command, problem })

const understood = <A>(command: string | undefined, read: Either.Either<A, string>): Either.Either<A, Refusal> =>
  Either.mapLeft(read, (problem) => refuse(command, problem))

const find = (name: string): Either.Either<Subcommand, Refusal> => {
  const names = [...commands, help.command].map(({ name }) => name)
  return Either.fromNullable(
    commands.find((command) => command.name === name),
    () => refuse(undefined, `'${name}' is none of its commands${closest.question(name, names)}`)
  )
}

const showHelp = (name: string | undefined): Effect.Effect<void, Refusal> => {
  const style = {
    columns: terminal.columns(process.stdout),
    bold: (text: string) => terminal.paint("bold", text)
  }
  return name === undefined || name === help.command.name
    ? Console.log(help.ofAll(program, commands, style))
    : Effect.flatMap(find(name), (command) => Console.log(help.of(program, command, style)))
}

/** Does what the flags of all commands ask for, in place of the command or around it. */
const obey = <E, R>(given: ReadonlyArray<Given>, command: Effect.Effect<void, E, R>): Effect.Effect<void, E, R> => {
  const asked = (flag: Flag) => given.find((one) => one.flag === flag && one.value !== "false")
  if (asked(commonFlags.version) !== undefined) return Console.log(version)
  const shell = commonFlags.shells.find((shell) => shell === asked(commonFlags.completions)?.value)
  if (shell !== undefined) {
    return Console.log(scripts[shell]({ name: program, commands, help: help.command, common: commonFlags.all }))
  }
  const level = commonFlags.levels.get(asked(commonFlags.logLevel)?.value ?? "")
  return level === undefined ? command : logLevel.ask(level)(command)
}
