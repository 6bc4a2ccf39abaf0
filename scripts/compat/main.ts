// Uses the packed tarballs in every runtime and with every compiler that npm has, and prints the tables of docs/compatibility.md;
// `--update` writes them there, `--only runtimes` or `--only compilers` is the half of it, and `--oldest` takes of the compilers the
// oldest alone, which knows the least and must be there.
import { Emulator, EmulatorServer } from "@effect-clickatell/testing"
import { Effect, Layer } from "effect"
import * as fs from "node:fs"
import { createServer } from "node:net"
import type { AddressInfo } from "node:net"
import { resolve } from "node:path"
import { parseArgs } from "node:util"
import { replaceBetween } from "../bench/page.ts"
import * as compilers from "./compilers.ts"
import { makeConsumer } from "./consumer.ts"
import type { Row } from "./outcome.ts"
import * as runtimes from "./runtimes.ts"
import { render } from "./table.ts"

const { oldest, only, update } = parseArgs({
  options: {
    only: { type: "string" },
    oldest: { type: "boolean", default: false },
    update: { type: "boolean", default: false }
  }
}).values
const page = resolve(import.meta.dirname, "../../docs/compatibility.md")

/** An address where nobody listens any more. */
const closedAddress = Effect.async<string>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const { port } = server.address() as AddressInfo
    server.close(() => resume(Effect.succeed(`http://127.0.0.1:${port}/`)))
  })
})

const complain = (rows: ReadonlyArray<Row>): boolean => {
  const texts = rows.flatMap(({ outcomes, what }) =>
    outcomes.flatMap((outcome) =>
      outcome._tag === "Failed"
        ? [`${what} FAILED: ${outcome.said}`]
        : outcome._tag === "Absent"
          ? [`${what} is not here: ${outcome.why}`]
          : []
    )
  )
  for (const text of new Set(texts)) console.error(text)
  return rows.some(({ outcomes }) => outcomes.some(({ _tag }) => _tag === "Failed" || (oldest && _tag === "Absent")))
}

const main = Effect.gen(function* () {
  const server = yield* EmulatorServer.EmulatorServer
  const consumer = yield* Effect.acquireRelease(Effect.promise(makeConsumer), (folder) =>
    Effect.sync(() => fs.rmSync(folder, { recursive: true, force: true }))
  )
  const addresses = { endpoint: server.endpoint("document-literal"), closed: yield* closedAddress }
  const tables = {
    runtimes: { header: runtimes.header, rows: () => runtimes.execute(consumer, addresses) },
    compilers: { header: compilers.header, rows: () => compilers.compile(consumer, oldest) }
  }
  for (const [name, { header, rows }] of Object.entries(tables)) {
    if (only !== undefined && only !== name) continue
    const tried = yield* Effect.promise(rows)
    const table = render(header, tried)
    console.log(`${table}\n`)
    if (complain(tried)) process.exitCode = 1
    if (update)
      fs.writeFileSync(
        page,
        replaceBetween(fs.readFileSync(page, "utf8"), name, () => table)
      )
  }
})

await Effect.runPromise(
  main.pipe(Effect.scoped, Effect.provide(Layer.provide(EmulatorServer.layer(), Emulator.layer())))
)
