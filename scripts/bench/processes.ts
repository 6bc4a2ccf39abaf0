// The processes of a run: the responder, and one for each job. Each is ended by its own handle.
import { fork, spawn } from "node:child_process"
import { once } from "node:events"
import * as fs from "node:fs"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import type { Job } from "./suites.ts"

/** Starts the responder; gives its address and what ends it. */
export const startResponder = async (folder: string): Promise<{ readonly url: string; readonly end: () => void }> => {
  const child = fork(join(folder, "responder.js"))
  const [address]: ReadonlyArray<{ readonly port: number }> = await once(child, "message")
  return { url: `http://127.0.0.1:${address?.port}`, end: () => child.disconnect() }
}

/** What a job gives: quantities with their numbers, or why there are none. */
export type Outcome = { readonly quantities: Readonly<Record<string, number>> } | { readonly missing: string }

/** Runs a job's program to its end. It reports its quantities as JSON, and nothing if all there is to know is how long it took. */
export const runJob = async (folder: string, url: string, { args = {}, node = [], program }: Job): Promise<Outcome> => {
  const file = ["js", "cjs"]
    .map((extension) => join(folder, "programs", `${program}.${extension}`))
    .find((path) => fs.existsSync(path))
  if (file === undefined) return { missing: "it could not be bundled" }
  const start = performance.now()
  const child = spawn(
    process.execPath,
    ["--expose-gc", ...flags(program), ...node, file, url, join(folder, "service.wsdl"), JSON.stringify(args)],
    { cwd: folder, stdio: ["ignore", "ignore", "pipe", "pipe"] }
  )
  let output = ""
  let errors = ""
  // Not what it prints, which is whatever the clients log.
  child.stdio[3]?.on("data", (bytes: Buffer) => (output += bytes.toString()))
  child.stdio[2]?.on("data", (bytes: Buffer) => (errors += bytes.toString()))
  const [code]: ReadonlyArray<number | null> = await once(child, "close")
  const wall = performance.now() - start
  if (code !== 0) return { missing: /\w*Error\b.*/.exec(errors)?.[0] ?? `exit code ${code}` }
  return { quantities: output === "" ? { wall } : JSON.parse(output) }
}

// No collection may run while allocation is measured, which a nursery of the usual size would force.
const flags = (program: string): ReadonlyArray<string> =>
  program === "memory" ? ["--min-semi-space-size=128", "--max-semi-space-size=128"] : []
