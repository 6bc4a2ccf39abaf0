import type { Scope } from "effect"
import { Deferred, Effect } from "effect"
import { spawn } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { bundle } from "../../scripts/packing/command.mjs"
import type { Ended, Running } from "./running.ts"
import { observe } from "./running.ts"

const root = fileURLToPath(new URL("../../", import.meta.url))

type Environment = Readonly<Record<string, string>>

interface Process extends Running {
  readonly signal: (signal: NodeJS.Signals) => Effect.Effect<void>
  /** Types at the terminal of whoever has one. */
  readonly type: (keys: string) => Effect.Effect<void>
}

/** Starts a program in the checkout as a process of its own, with nothing of ours in its environment. */
export const startProgram = (
  program: string,
  args: ReadonlyArray<string>,
  env: Environment = {}
): Effect.Effect<Process, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clean = Object.fromEntries(
      Object.entries(process.env).filter(([name]) => !name.startsWith("CLICKATELL_") && name !== "FORCE_COLOR")
    )
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(program, args, {
          cwd: root,
          env: { ...clean, NO_COLOR: "1", ...env },
          stdio: "pipe"
        })
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    const code = yield* Deferred.make<number | null>()
    child.stdin.on("error", () => {})
    child.on("close", (it) => Deferred.unsafeDone(code, Effect.succeed(it)))
    const running = observe({
      stdout: child.stdout,
      stderr: child.stderr,
      interrupt: Effect.sync(() => child.kill("SIGINT")),
      code: Deferred.await(code)
    })
    return {
      ...running,
      signal: (signal) => Effect.sync(() => child.kill(signal)),
      type: (keys) => Effect.sync(() => child.stdin.write(keys))
    }
  })

const startScript = (script: string, args: ReadonlyArray<string>, env?: Environment) =>
  startProgram(process.execPath, ["--import", "tsx", script, ...args], env)

/** Starts a few lines of a program, which can import the checkout's own files. */
export const startCode = (code: string, env?: Environment) =>
  startProgram(process.execPath, ["--import", "tsx", "--input-type=module", "-e", code], env)

/** Runs a script that comes to its end by itself. */
export const run = (script: string, args: ReadonlyArray<string>, env?: Environment): Effect.Effect<Ended> =>
  Effect.scoped(Effect.flatMap(startScript(script, args, env), ({ ended }) => ended))

let bundled: string | undefined

/** The command line in one file, as it is packed: most of the time of these processes would go into reading its modules one by one. */
export const cli = (): string => {
  if (bundled !== undefined) return bundled
  const folder = fs.mkdtempSync(join(tmpdir(), "clickatell-cli-"))
  process.once("exit", () => fs.rmSync(folder, { recursive: true, force: true }))
  bundled = join(folder, "cli.mjs")
  bundle(join(root, "packages/cli"), bundled)
  return bundled
}

/** Starts the command line as a process of its own. */
export const start = (args: ReadonlyArray<string>, env?: Environment) =>
  startProgram(process.execPath, [cli(), ...args], env)

/** Runs the command line in a pipe of the shell, such as `ping | head`, and says how it has ended, and not the whole pipe. */
export const piped = (pipe: string, env?: Environment): Effect.Effect<Ended> =>
  Effect.scoped(
    Effect.flatMap(
      startProgram("bash", ["-c", `"$0" "$1" ${pipe}; exit "\${PIPESTATUS[0]}"`, process.execPath, cli()], env),
      ({ ended }) => ended
    )
  )

/** Starts the command line on a terminal of this size, which shows stdout and stderr; it comes with Debian, and is called script. */
export const startOnTerminal = (
  args: ReadonlyArray<string>,
  { columns, rows }: { readonly columns: number; readonly rows: number },
  env?: Environment
) =>
  startProgram(
    "script",
    ["-qec", `stty cols ${columns} rows ${rows}; exec "$NODE" "$CLI" ${args.join(" ")}`, "/dev/null"],
    {
      SHELL: "/bin/sh",
      TERM: "xterm-256color",
      NODE: process.execPath,
      CLI: cli(),
      ...env
    }
  )
