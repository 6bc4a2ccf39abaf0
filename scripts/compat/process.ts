import { execFile } from "node:child_process"
import { promisify } from "node:util"
import type { Outcome } from "./outcome.ts"
import { failed, passed } from "./outcome.ts"

/** Runs a program to its end without holding up this process, which serves the emulator. */
export const run = (cwd: string, command: string, args: ReadonlyArray<string>) =>
  promisify(execFile)(command, args, { cwd, maxBuffer: 2 ** 26, env: { ...process.env, NO_COLOR: "1" } })

/** Everything that a failure to run says. */
export const complaint = (error: unknown): string =>
  error instanceof Error
    ? [error.message, Reflect.get(error, "stdout"), Reflect.get(error, "stderr")].filter(Boolean).join("\n")
    : String(error)

/** Whether a program ends well, and says last what it should. */
export const check = async (
  cwd: string,
  command: string,
  args: ReadonlyArray<string>,
  wanted?: string
): Promise<Outcome> => {
  try {
    const { stdout } = await run(cwd, command, args)
    // What a session logs stands before it.
    return wanted === undefined || stdout.trimEnd().split("\n").at(-1) === wanted ? passed : failed(stdout)
  } catch (error) {
    return failed(complaint(error))
  }
}
