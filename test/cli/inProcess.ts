import type { NodeContext } from "@effect/platform-node/NodeContext"
import type { Console } from "effect"
import { ConfigProvider, Effect, Fiber } from "effect"
import { Console as NodeConsole } from "node:console"
import { PassThrough } from "node:stream"
import { finished } from "node:stream/promises"
import { run } from "../../packages/cli/src/cli.ts"
import { exitCode, prepare } from "../../packages/cli/src/main.ts"
import type { Ended, Running } from "./running.ts"
import { observe } from "./running.ts"

// What it prints here is what a pipe is sent, whatever the tests are run with.
delete process.env["FORCE_COLOR"]

type Environment = Readonly<Record<string, string>>

/** Starts a program as `runMain` does in a process of its own: with an environment, a stdout and a stderr that are only its. */
export const startProgram = <E>(
  program: Effect.Effect<void, E, NodeContext>,
  env: Environment = {}
): Effect.Effect<Running> =>
  Effect.gen(function* () {
    const stdout = new PassThrough()
    const stderr = new PassThrough()
    const fiber = yield* prepare(program).pipe(
      Effect.withConsole(consoleOn(new NodeConsole(stdout, stderr), yield* Effect.console)),
      Effect.withConfigProvider(
        ConfigProvider.fromMap(new Map(Object.entries(env)), { pathDelim: "_", seqDelim: "," })
      ),
      Effect.fork
    )
    const read = Effect.promise(() => Promise.all([stdout.end(), stderr.end()].map((stream) => finished(stream))))
    return observe({
      stdout,
      stderr,
      interrupt: Fiber.interruptFork(fiber),
      code: Effect.zipLeft(Effect.map(Fiber.await(fiber), exitCode), read)
    })
  })

/** What the command line prints with, directly and through its logger, on streams other than the process's. */
const consoleOn = (unsafe: Console.UnsafeConsole, other: Console.Console): Console.Console => ({
  ...other,
  log: (...args) => Effect.sync(() => unsafe.log(...args)),
  error: (...args) => Effect.sync(() => unsafe.error(...args)),
  unsafe
})

/** Starts the command line inside this process, so that its time is that of the test. */
export const start = (args: ReadonlyArray<string>, env?: Environment): Effect.Effect<Running> =>
  startProgram(run(["node", "clickatell-ping", ...args]), env)

/** Runs a command line that comes to its end by itself, and needs no time for it. */
export const cli = (args: ReadonlyArray<string>, env?: Environment): Effect.Effect<Ended> =>
  Effect.flatMap(start(args, env), ({ ended }) => ended)
