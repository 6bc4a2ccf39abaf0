// The promise of the in-memory transport: what fails there fails over HTTP in the same way.
import { assert, describe, it } from "@effect/vitest"
import { authenticate } from "@effect-clickatell/core/Authenticate"
import { ping } from "@effect-clickatell/core/Ping"
import type { Transport } from "@effect-clickatell/core/Transport"
import { withDeadline } from "@effect-clickatell/core/Transport"
import * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import * as UndiciTransport from "@effect-clickatell/platform/UndiciTransport"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { EmulatorServer } from "@effect-clickatell/testing/EmulatorServer"
import * as Server from "@effect-clickatell/testing/EmulatorServer"
import * as Fault from "@effect-clickatell/testing/Fault"
import type { ConfigError } from "effect/ConfigError"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { demo, styles } from "./support.ts"

const faults: ReadonlyArray<Fault.Fault> = [
  Fault.reset,
  Fault.drop,
  Fault.truncate,
  Fault.delay("10 millis"),
  Fault.status(204),
  Fault.status(301, { headers: { location: "http://127.0.0.1:9/" } }),
  Fault.status(304),
  Fault.status(401),
  Fault.status(500, { body: "<html>oops</html>" }),
  Fault.status(503, { headers: { "retry-after": "7" } }),
  Fault.transport("Reset"),
  Fault.fault("Server"),
  Fault.fault("Client", { reason: "no" }),
  Fault.raw(""),
  Fault.raw("<html>hello</html>"),
  Fault.raw("x".repeat(65_537)),
  Fault.reply("ERR: 901, Internal error"),
  Fault.reply("ERR: 003, Session ID expired"),
  Fault.reply("nonsense"),
  Fault.reply("OK:", { operation: "auth" })
]

/** What ends with the deadline alone; only these wait for it, since a slow machine may need as long for any other. */
const silent: ReadonlyArray<Fault.Fault> = [Fault.hang, Fault.stall, Fault.delay("1 minute")]

const decided: Readonly<Record<string, Emulator.Decide>> = {
  "nothing, later": () => Effect.as(Effect.sleep("10 millis"), undefined),
  "by the request": ({ operation, session, xml }) =>
    Effect.succeed(Fault.reply(`ERR: 901, ${operation} ${session} ${xml.includes("session_id")}`))
}

const never: Emulator.Decide = () => Effect.never

const ends = <E>(
  fault: Fault.Fault | Emulator.Decide,
  deadline: Duration.DurationInput,
  world: Layer.Layer<Transport | Emulator.Emulator, E>
) =>
  Effect.gen(function* () {
    const { fail, log } = yield* Emulator.Emulator
    const id = yield* authenticate(demo)
    yield* fail(fault)
    // Copied, since errors are compared by their message alone.
    const result = yield* Effect.match(withDeadline(ping(id), deadline), {
      onSuccess: () => "ok",
      onFailure: (error) => ({ ...error })
    })
    const { operation, outcome, session } = (yield* log).at(-1) ?? {}
    return { result, operation, outcome, session }
  }).pipe(Effect.provide(world))

const named = (faults: ReadonlyArray<Fault.Fault>) =>
  faults.map((fault) => [JSON.stringify(fault).slice(0, 60), fault] as const)
const quick = [...named(faults), ...Object.entries(decided)].map((it) => [...it, "15 seconds"] as const)
const slow = [...named(silent), ["never", never] as const].map((it) => [...it, "500 millis"] as const)

for (const style of styles) {
  const emulator = Emulator.layer()
  const memory = Emulator.layerTransport({ style }).pipe(Layer.provideMerge(emulator))
  const http = (layer: (options: UndiciTransport.Options) => Layer.Layer<Transport, ConfigError>) =>
    Layer.unwrapEffect(Effect.map(EmulatorServer, ({ endpoint }) => layer({ endpoint: endpoint(style), style }))).pipe(
      Layer.provide(Server.layer()),
      Layer.provideMerge(emulator)
    )
  const transports = { fetch: http(HttpTransport.layerFetch), UndiciTransport: http(UndiciTransport.layer) }

  describe.each(Object.entries(transports))(`a fault in memory and over HTTP, ${style}, %s`, (_, overHttp) => {
    for (const [name, fault, deadline] of [...quick, ...slow]) {
      it.live(name, () =>
        Effect.gen(function* () {
          const [inMemory, real] = yield* Effect.all([ends(fault, deadline, memory), ends(fault, deadline, overHttp)], {
            concurrency: 2
          })
          assert.deepStrictEqual(inMemory, real)
        })
      )
    }
  })
}
