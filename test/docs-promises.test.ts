// The servers of docs/promises.md as processes of their own, which are told to stop as a container is.
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as EmulatorServer from "@effect-clickatell/testing/EmulatorServer"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Layer } from "effect"
import * as net from "node:net"
import { startCode } from "./cli/process.ts"

const start = (example: string, env: Readonly<Record<string, string>>) =>
  startCode(`await (await import("./docs/examples/${example}.ts")).main()`, { PORT: "0", ...env })

const isListening = (port: number) =>
  Effect.async<boolean>((resume) => {
    const socket = net.connect(port, "127.0.0.1", () => {
      socket.destroy()
      resume(Effect.succeed(true))
    })
    socket.on("error", () => resume(Effect.succeed(false)))
  })

const account = { CLICKATELL_API_ID: "123456", CLICKATELL_USER: "demo", CLICKATELL_PASSWORD: "demo" }

const service = Layer.provideMerge(EmulatorServer.layer(), Emulator.layer())

describe.each(["node-http", "express"])("the server of %s.ts", (example) => {
  it.scopedLive("answers what is under way when SIGTERM comes, and ends with 0", () =>
    Effect.gen(function* () {
      const { endpoint } = yield* EmulatorServer.EmulatorServer
      const { fail } = yield* Emulator.Emulator
      const server = yield* start(example, { ...account, CLICKATELL_ENDPOINT: endpoint("document-literal") })
      const port = Number(/port: (\d+)/.exec(yield* server.printed("port: "))?.[1])
      const [here, go] = yield* Effect.all([Deferred.make<void>(), Deferred.make<void>()])
      yield* fail(() => Effect.zipRight(Deferred.succeed(here, undefined), Effect.as(Deferred.await(go), undefined)), {
        operation: "getbalance"
      })
      const asking = yield* Effect.fork(
        Effect.promise(async () => (await fetch(`http://127.0.0.1:${port}/balance`)).json())
      )
      yield* Deferred.await(here)
      yield* server.signal("SIGTERM")
      // It no longer listens, so that it has heard the signal while the request is under way.
      yield* Effect.repeat(isListening(port), { while: (listening) => listening })
      yield* Deferred.succeed(go, undefined)
      assert.deepStrictEqual(yield* asking, { balance: "123.4" })
      const { code, stderr } = yield* server.ended
      assert.deepStrictEqual([code, stderr], [0, ""])
    }).pipe(Effect.provide(service))
  )

  it.scopedLive("says at its start which variable is missing, and does not listen", () =>
    Effect.gen(function* () {
      const { CLICKATELL_USER: _, ...incomplete } = account
      const server = yield* start(example, incomplete)
      const { code, stderr, stdout } = yield* server.ended
      assert.deepStrictEqual([code, stdout], [1, ""])
      assert.include(stderr, "CLICKATELL_USER")
    })
  )
})
