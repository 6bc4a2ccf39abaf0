import { Effect } from "effect"
import type { Readable } from "node:stream"

export interface Ended {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
  readonly json: ReadonlyArray<Record<string, unknown>>
}

/** A command line under way, in a process of its own or in this one. */
export interface Running {
  /** All that is on stdout when this is, or when nothing more can be. */
  readonly printed: (text: string) => Effect.Effect<string>
  /** What Ctrl-C does. */
  readonly interrupt: Effect.Effect<void>
  readonly ended: Effect.Effect<Ended>
}

interface Source {
  readonly stdout: Readable
  readonly stderr: Readable
  readonly interrupt: Effect.Effect<void>
  /** Comes when both streams are read to their end. */
  readonly code: Effect.Effect<number | null>
}

export const observe = ({ code, interrupt, stderr, stdout }: Source): Running => {
  const output = { stdout: "", stderr: "" }
  stdout.setEncoding("utf8").on("data", (text: string) => {
    output.stdout += text
  })
  stderr.setEncoding("utf8").on("data", (text: string) => {
    output.stderr += text
  })
  return {
    printed: (text) =>
      Effect.async<string>((resume) => {
        const look = () => {
          if (output.stdout.includes(text) || stdout.readableEnded) resume(Effect.succeed(output.stdout))
        }
        look()
        stdout.on("data", look).on("end", look)
        return Effect.sync(() => stdout.off("data", look).off("end", look))
      }),
    interrupt,
    ended: Effect.map(code, (code) => ({ code, ...output, json: parse(output.stdout) }))
  }
}

const parse = (stdout: string): Ended["json"] => {
  const lines = stdout.split("\n").filter((line) => line !== "")
  return lines.every((line) => line.startsWith("{")) ? lines.map((line) => JSON.parse(line)) : []
}
