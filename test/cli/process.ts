import { Effect } from "effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../../", import.meta.url))

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly json: ReadonlyArray<Record<string, unknown>>
}

export interface Options {
  readonly env?: Readonly<Record<string, string>>
  /** Sends SIGINT once the output so far satisfies this. */
  readonly interruptWhen?: (stdout: string) => boolean
}

const parsed = (stdout: string): Ended["json"] => {
  const lines = stdout.split("\n").filter((line) => line !== "")
  return lines.every((line) => line.startsWith("{")) ? lines.map((line) => JSON.parse(line)) : []
}

/** Runs a script of the checkout as a process of its own, with nothing of ours in its environment. */
export const run = (script: string, args: ReadonlyArray<string>, options: Options = {}): Effect.Effect<Ended> =>
  Effect.async((resume) => {
    const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CLICKATELL_")))
    const child = spawn(process.execPath, ["--import", "tsx", script, ...args], {
      cwd: root,
      env: { ...clean, NO_COLOR: "1", ...options.env },
      stdio: ["ignore", "pipe", "pipe"]
    })
    const output = { stdout: "", stderr: "" }
    let interrupted = false
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output.stdout += text
      if (!interrupted && options.interruptWhen?.(output.stdout) === true) {
        interrupted = true
        child.kill("SIGINT")
      }
    })
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      output.stderr += text
    })
    child.on("close", (code) => resume(Effect.succeed({ code, ...output, json: parsed(output.stdout) })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

export const cli = (args: ReadonlyArray<string>, options?: Options) => run("packages/cli/src/bin.ts", args, options)
