import * as fs from "node:fs"
import { join } from "node:path"
import { bundle } from "./bundle.ts"
import { inChromium } from "./chromium.ts"
import { bring } from "./consumer.ts"
import type { Outcome, Row } from "./outcome.ts"
import { notAsked } from "./outcome.ts"
import { check, run } from "./process.ts"

export const header = ["runtime", "session over `fetch`", "session in memory", "`require`"]

/** Where the emulator listens, and where nobody does. */
export interface Addresses {
  readonly endpoint: string
  readonly closed: string
}

/** A runtime that npm has as a package. */
interface Runtime {
  readonly name: string
  readonly package: string
  readonly range: string
  readonly args: ReadonlyArray<string>
}

const runtimes: ReadonlyArray<Runtime> = [
  ...["20", "22", "24", "26"].map((range) => ({ name: "Node", package: "node", range, args: [] })),
  { name: "Bun", package: "bun", range: "1", args: [] },
  { name: "Deno", package: "deno", range: "2", args: ["run", "--allow-all"] }
]

/** Runs the checks in each runtime, one after the other. */
export const execute = async (consumer: string, addresses: Addresses): Promise<ReadonlyArray<Row>> => {
  const rows: Array<Row> = []
  for (const runtime of runtimes) rows.push(await inProcess(consumer, addresses, runtime))
  rows.push(await inWorkerd(consumer, addresses))
  rows.push(await inChromium(consumer, addresses.endpoint))
  return rows
}

const inProcess = async (consumer: string, { closed, endpoint }: Addresses, runtime: Runtime): Promise<Row> => {
  const tool = await bring(consumer, runtime.package, runtime.range)
  if (typeof tool !== "string") return { what: `${runtime.name} ${runtime.range}`, outcomes: [tool, tool, tool] }
  const command = join(tool, "node_modules/.bin", runtime.package)
  const start = (...args: ReadonlyArray<string>) => check(consumer, command, [...runtime.args, ...args], "passed")
  const { stdout } = await run(consumer, command, ["--version"])
  return {
    what: `${runtime.name} ${/\d+\.\d+\.\d+/.exec(stdout)?.[0]}`,
    outcomes: [
      await start("programs/main.mjs", "ping", endpoint, closed),
      await start("programs/main.mjs", "memory"),
      await start("programs/require.cjs")
    ]
  }
}

/** Workers have no files and no processes: the program is one bundle, run as a test of workerd's. */
const inWorkerd = async (consumer: string, { closed, endpoint }: Addresses): Promise<Row> => {
  const tool = await bring(consumer, "workerd", "1")
  if (typeof tool !== "string") return { what: "workerd", outcomes: [tool, tool, notAsked] }
  const command = join(tool, "node_modules/.bin/workerd")
  const { stdout } = await run(consumer, command, ["--version"])
  const folder = join(consumer, "worker")
  bundle(consumer, "worker", "worker/worker.mjs")
  const test = (closed: string): Promise<Outcome> => {
    fs.writeFileSync(join(folder, "worker.capnp"), configuration(endpoint, closed))
    return check(folder, command, ["test", "worker.capnp"])
  }
  return { what: stdout.trim(), outcomes: [await test(closed), await test(""), notAsked] }
}

const configuration = (endpoint: string, closed: string): string => `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [(name = "main", worker = .main), (name = "loopback", network = (allow = ["private"]))]
);
const main :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
  compatibilityDate = "2025-01-01",
  bindings = [(name = "endpoint", text = "${endpoint}"), (name = "closed", text = "${closed}")],
  globalOutbound = "loopback"
);
`
