import * as NodeContext from "@effect/platform-node/NodeContext"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as Cause from "effect/Cause"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as ExitValue from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as LogLevel from "effect/LogLevel"
import { constants } from "node:os"
import { Exit } from "./exitCode.ts"
import * as output from "./output.ts"
import * as terminal from "./terminal.ts"

// stdout belongs to results; what a session logs is told there as events already, so only warnings are left.
const logging = Layer.merge(
  Logger.replace(
    Logger.defaultLogger,
    Logger.prettyLogger({ stderr: true, colors: terminal.isColoured(process.stderr) })
  ),
  Logger.minimumLogLevel(LogLevel.Warning)
)

/** A program as a process runs it: results on stdout, logs and the trace of a bug on stderr. */
export const prepare = <E>(program: Effect.Effect<void, E, NodeContext.NodeContext>): Effect.Effect<void, E> =>
  program.pipe(
    Effect.tapDefect((defect) => Console.error(output.trace(defect))),
    Effect.provide([NodeContext.layer, logging])
  )

/** What the end of a prepared program is as an exit code that scripts can rely on. */
export const exitCode = (exit: ExitValue.Exit<unknown, unknown>, signal: Signal = "SIGINT"): number => {
  if (ExitValue.isSuccess(exit)) return 0
  // Unless the command says that this is how it ends.
  if (Cause.isInterruptedOnly(exit.cause)) return 128 + constants.signals[signal]
  const failure = Cause.squash(exit.cause)
  return failure instanceof Exit ? failure.code : 1
}

type Signal = "SIGINT" | "SIGTERM" | "SIGHUP"

const signals: ReadonlyArray<Signal> = ["SIGINT", "SIGTERM", "SIGHUP"]

/** Ends a program, as a signal does, once nobody reads what it prints: `head` takes its line and goes, or a terminal is closed. */
const whileRead = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime((fiber) => {
    let isRead = true
    for (const stream of [process.stdout, process.stderr]) {
      stream.on("error", (error: NodeJS.ErrnoException) => {
        if (error.code !== "EPIPE" && error.code !== "EIO") throw error
        isRead = false
        fiber.unsafeInterruptAsFork(fiber.id())
      })
    }
    return Effect.onInterrupt(program, () => (isRead ? Effect.void : Effect.die(new Exit({ code: brokenPipe }))))
  })

// 128 + SIGPIPE, which Node ignores.
const brokenPipe = 128 + constants.signals.SIGPIPE

/** Ends a program at the signal of a terminal that is closed too, of which the runtime does not know. */
const untilHangup = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.withFiberRuntime((fiber) => {
    process.once("SIGHUP", () => fiber.unsafeInterruptAsFork(fiber.id()))
    return program
  })

/** Runs a program as this process. */
export const runMain = <E>(program: Effect.Effect<void, E, NodeContext.NodeContext>): void => {
  let received: Signal | undefined
  for (const signal of signals) {
    process.once(signal, () => {
      received ??= signal
    })
  }
  NodeRuntime.runMain(untilHangup(whileRead(prepare(program))), {
    disableErrorReporting: true,
    disablePrettyLogger: true,
    teardown: (exit, onExit) => onExit(exitCode(exit, received))
  })
}
