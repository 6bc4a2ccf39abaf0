import type { Scope } from "effect"
import { Deferred, Effect } from "effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import type { Ended, Running } from "./running.ts"
import { observe } from "./running.ts"

const root = fileURLToPath(new URL("../../", import.meta.url))

/** Starts a script of the checkout as a process of its own, with nothing of ours in its environment. */
const startScript = (
  script: string,
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {}
): Effect.Effect<Running, never, Scope.Scope> =>
  Effect.gen(function* () {
    const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CLICKATELL_")))
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, ["--import", "tsx", script, ...args], {
          cwd: root,
          env: { ...clean, NO_COLOR: "1", ...env },
          stdio: ["ignore", "pipe", "pipe"]
        })
      ),
      (child) => Effect.sync(() => child.kill("SIGKILL"))
    )
    const code = yield* Deferred.make<number | null>()
    child.on("close", (it) => Deferred.unsafeDone(code, Effect.succeed(it)))
    return observe({
      stdout: child.stdout,
      stderr: child.stderr,
      interrupt: Effect.sync(() => child.kill("SIGINT")),
      code: Deferred.await(code)
    })
  })

/** Runs a script that comes to its end by itself. */
export const run = (script: string, args: ReadonlyArray<string>): Effect.Effect<Ended> =>
  Effect.scoped(Effect.flatMap(startScript(script, args), ({ ended }) => ended))

/** Starts the command line as a process of its own. */
export const start = (args: ReadonlyArray<string>, env?: Readonly<Record<string, string>>) =>
  startScript("packages/cli/src/bin.ts", args, env)
