// The processes of a run: the responder, and those that measure. Each is ended by its own handle.
import { fork, spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import { createInterface } from "node:readline"
import { constVoid } from "effect/Function"
import type { Job } from "./suites.ts"

/** Starts the responder; gives its address and what ends it. */
export const startResponder = async (folder: string): Promise<{ readonly url: string; readonly end: () => void }> => {
  const child = fork(join(folder, "responder.js"))
  const [address]: ReadonlyArray<{ readonly port: number }> = await once(child, "message")
  return { url: `http://127.0.0.1:${address?.port}`, end: () => child.disconnect() }
}

/** What a turn gives: quantities with their numbers, or why there are none. */
export type Outcome = { readonly quantities: Readonly<Record<string, number>> } | { readonly missing: string }

/** A program at work, which measures once for each of its turns. */
export interface Runner {
  readonly turn: () => Promise<Outcome>
  /** Ends it, and waits for that. */
  readonly end: () => Promise<unknown>
}

/** Starts a job's program. In a turn it reports its quantities, or ends if all there is to know is how long it took. */
export const start = (folder: string, url: string, { args = {}, node = [], program }: Job): Runner => {
  const file = ["js", "cjs"]
    .map((extension) => join(folder, "programs", `${program}.${extension}`))
    .find((path) => fs.existsSync(path))
  if (file === undefined) {
    return { turn: () => Promise.resolve({ missing: "it could not be bundled" }), end: () => Promise.resolve() }
  }
  const begin = performance.now()
  const child = spawn(
    process.execPath,
    [...flags(program), ...node, file, url, join(folder, "service.wsdl"), JSON.stringify(args)],
    { cwd: folder, stdio: ["pipe", "ignore", "pipe", "pipe"] }
  )
  let errors = ""
  const { stderr, stdin, stdio } = child
  // Whoever ends by itself no longer listens.
  stdin?.on("error", constVoid)
  stderr?.on("data", (bytes: Buffer) => (errors += bytes.toString()))
  // Not what it prints, which is whatever the clients log.
  const reports = createInterface({ input: stdio[3] as NodeJS.ReadableStream })[Symbol.asyncIterator]()
  const closed = once(child, "close")
  const endOf = async (): Promise<Outcome> => {
    const [code]: ReadonlyArray<number | null> = await closed
    if (code === 0) return { quantities: { wall: performance.now() - begin } }
    return { missing: /\w*Error\b.*/.exec(errors)?.[0] ?? `exit code ${code}` }
  }
  return {
    turn: async () => {
      stdin?.write("\n")
      const { done, value } = await reports.next()
      return done === true ? endOf() : { quantities: JSON.parse(value) }
    },
    end: () => {
      stdin?.end()
      return closed
    }
  }
}

const flags = (program: string): ReadonlyArray<string> => [
  "--expose-gc",
  // A process that waits for its turn would be collected meanwhile, and what was compiled for it thrown away.
  "--no-memory-reducer",
  // No collection may run while allocation is measured, which a nursery of the usual size would force.
  ...(program === "memory" ? ["--min-semi-space-size=128", "--max-semi-space-size=128"] : [])
]
