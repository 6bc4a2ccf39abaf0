import * as ValidationError from "@effect/cli/ValidationError"
import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as ExitValue from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { Exit } from "./exitCode.ts"
import * as output from "./output.ts"

// stdout belongs to results; what a session logs is told there as events already, so only warnings are left.
const logging = Layer.merge(
  Logger.replace(Logger.defaultLogger, Logger.prettyLogger({ stderr: true })),
  Logger.minimumLogLevel(LogLevel.Warning)
)

/** A program as a process runs it: results on stdout, logs and the trace of a bug on stderr. */
export const prepare = <E>(program: Effect.Effect<void, E, NodeContext.NodeContext>): Effect.Effect<void, E> =>
  program.pipe(
    Effect.tapDefect((defect) => Console.error(output.trace(defect))),
    Effect.provide([NodeContext.layer, logging])
  )

/** What the end of a prepared program is as an exit code that scripts can rely on. */
export const exitCode = (exit: ExitValue.Exit<unknown, unknown>): number => {
  if (ExitValue.isSuccess(exit)) return 0
  // 128 + SIGINT, unless the command says that this is how it ends.
  if (Cause.isInterruptedOnly(exit.cause)) return 130
  const failure = Cause.squash(exit.cause)
  return failure instanceof Exit ? failure.code : ValidationError.isValidationError(failure) ? 2 : 1
}

/** Ends a program, as a signal does, once nobody reads what it prints: `head` takes its line and goes. */
const whileRead = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime((fiber) => {
    let isRead = true
    for (const stream of [process.stdout, process.stderr]) {
      stream.on("error", (error: NodeJS.ErrnoException) => {
        if (error.code !== "EPIPE") throw error
        isRead = false
        fiber.unsafeInterruptAsFork(fiber.id())
      })
    }
    return Effect.onInterrupt(program, () => (isRead ? Effect.void : Effect.die(new Exit({ code: brokenPipe }))))
  })

// 128 + SIGPIPE, which Node ignores.
const brokenPipe = 141

/** Runs a program as this process. */
export const runMain = <E>(program: Effect.Effect<void, E, NodeContext.NodeContext>): void =>
  NodeRuntime.runMain(whileRead(prepare(program)), {
    disableErrorReporting: true,
    disablePrettyLogger: true,
    teardown: (exit, onExit) => onExit(exitCode(exit))
  })
