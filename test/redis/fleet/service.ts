// The emulated service over HTTP, with a log that says which process has sent what, and when.
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as Envelope from "@effect-clickatell/core/Envelope"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as EmulatorServer from "@effect-clickatell/testing/EmulatorServer"
import * as Wsdl from "@effect-clickatell/testing/Wsdl"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Http from "node:http"

/** One request; `outcome` is `OK`, an error's code such as `001`, or `waiting` for as long as it has no answer. */
export interface Request {
  readonly by: string
  /** When it was sent, by a clock of the process that nobody sets. */
  readonly sent: number
  /** When it came, by one clock for all. */
  readonly at: number
  readonly operation: string
  /** The ordinal of the login that has made the session; 0 for a login that has made none. */
  readonly session: number
  readonly outcome: string
}

export interface Service {
  readonly endpoint: string
  readonly emulator: Emulator.Emulator["Type"]
  readonly log: () => ReadonlyArray<Request>
  /** The ids of all sessions so far, which nobody may print. */
  readonly ids: () => ReadonlyArray<string>
}

/** Serves an emulator until the scope closes. */
export const serve = (options: Emulator.Options): Effect.Effect<Service, unknown, Scope.Scope> =>
  Effect.gen(function* () {
    const context = yield* Layer.build(Emulator.layer(options))
    const emulator = yield* Effect.provide(Emulator.Emulator, context)
    const { handle, ids, log } = recording(emulator)
    const node = Http.createServer({ keepAliveTimeout: 60_000 })
    const server = yield* NodeHttpServer.make(() => node, { host: "127.0.0.1", port: 0 })
    yield* Effect.addFinalizer(() => Effect.sync(() => node.closeAllConnections()))
    const app = Effect.flatMap(HttpServerRequest.HttpServerRequest, ({ headers }) =>
      Effect.provideService(EmulatorServer.httpApp, Emulator.Emulator, {
        ...emulator,
        handle: handle(headers["x-member"] ?? "nobody", Number(headers["x-sent"]))
      })
    )
    yield* server.serve(app)
    const port = server.address._tag === "TcpAddress" ? server.address.port : 0
    return { endpoint: `http://127.0.0.1:${port}${Wsdl.path["document-literal"]}`, emulator, ids, log }
  })

const recording = (emulator: Emulator.Emulator["Type"]) => {
  const log: Array<Request> = []
  const ordinals = new Map<string, number>()
  const handle = (by: string, sent: number) => (bytes: Uint8Array) =>
    Effect.suspend(() => {
      const { operation, session: id } = read(bytes)
      const request = { by, sent, at: performance.now(), operation, session: ordinals.get(id) ?? 0 }
      const place = log.push({ ...request, outcome: "waiting" }) - 1
      return Effect.tap(emulator.handle(bytes), (answer) =>
        Effect.sync(() => {
          const { id, outcome } = said(answer)
          if (id !== undefined) ordinals.set(id, ordinals.size + 1)
          log[place] = { ...request, outcome, session: id === undefined ? request.session : ordinals.size }
        })
      )
    })
  return { handle, log: () => log, ids: () => Array.from(ordinals.keys()) }
}

const read = (bytes: Uint8Array) =>
  Either.match(Envelope.parse("document-literal", bytes), {
    onLeft: () => ({ operation: "unreadable", session: "" }),
    onRight: ({ entry }) => ({
      operation: entry.name,
      session: entry.children.find(({ name }) => name === "session_id")?.text ?? ""
    })
  })

/** What an answer says, and the id of the session that it opens, if it does. */
const said = (answer: Emulator.Answer) => {
  const body = answer._tag === "Whole" ? new TextDecoder().decode(answer.response.body) : answer._tag
  const [, code, id] = /ERR: (\d+)|OK: (\w+)/.exec(body) ?? []
  return { id, outcome: code ?? "OK" }
}
