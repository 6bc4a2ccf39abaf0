// What docs/proxy.md says of `NODE_EXTRA_CA_CERTS`, which Node reads when a process starts.
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { assert, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fs from "node:fs"
import { join } from "node:path"
import { startService } from "../docs/examples/proxy.ts"
import { ca } from "../docs/examples/support/authority.ts"
import { startCode } from "./cli/process.ts"
import { temporaryFolder } from "./interop/support.ts"

const script = `
  const [{ clients, logIn }, { Effect }] = await Promise.all([import("./docs/examples/proxy.ts"), import("effect")])
  for (const [name, over] of Object.entries(clients))
    console.log(name, await Effect.runPromise(logIn(over({}, { endpoint: process.env.ENDPOINT }))))
`

const run = (env: Readonly<Record<string, string>>) =>
  Effect.flatMap(startCode(script, env), ({ ended }) =>
    Effect.map(ended, ({ stderr, stdout }) => [stderr, ...stdout.trim().split("\n")])
  )

it.scopedLive("an authority of NODE_EXTRA_CA_CERTS counts for every client", () =>
  Effect.gen(function* () {
    const endpoint = yield* startService
    const file = join(yield* temporaryFolder, "ca.pem")
    fs.writeFileSync(file, ca)
    const names = ["overUndiciTransport", "overUndici", "overFetch", "overNodeHttp"]
    const base = { ENDPOINT: endpoint, HTTPS_PROXY: "" }
    assert.deepStrictEqual(yield* run(base), ["", ...names.map((name) => `${name} Tls connect false`)])
    assert.deepStrictEqual(yield* run({ ...base, NODE_EXTRA_CA_CERTS: file }), [
      "",
      ...names.map((name) => `${name} ok`)
    ])
  }).pipe(Effect.provide(Emulator.layer()))
)
