/** A server on bare sockets that does with each request exactly what a test says, and sees what becomes of its connections. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberSet from "effect/FiberSet"
import type * as Scope from "effect/Scope"
import * as TestServices from "effect/TestServices"
import * as fs from "node:fs"
import * as net from "node:net"
import * as tls from "node:tls"
import { Worker } from "node:worker_threads"

/** One request that has arrived complete, on a connection that stays open until someone closes it. */
export interface Exchange {
  readonly request: string
  /** Waits while the client is slow to read. */
  readonly write: (data: string | Uint8Array) => Effect.Effect<void>
  readonly end: Effect.Effect<void>
  readonly reset: Effect.Effect<void>
}

export type Behaviour = (exchange: Exchange) => Effect.Effect<unknown>

export interface FaultServer {
  readonly port: number
  readonly url: string
  /** Head and body of each complete request. */
  readonly requests: ReadonlyArray<string>
  readonly connections: () => number
  /** Done when a request has arrived complete. */
  readonly requested: Effect.Effect<void>
  /** Done when every connection of until now is closed. */
  readonly closed: Effect.Effect<void>
}

export interface Options {
  /** What to do with the first request, the second and so on; the last one stands for all others. */
  readonly behaviours: readonly [Behaviour, ...ReadonlyArray<Behaviour>]
  /** What to do with each connection before it has brought anything. */
  readonly onConnection?: Behaviour | undefined
  readonly certificate?: Certificate | undefined
  readonly requestClientCertificate?: boolean | undefined
}

export const make = (options: Options): Effect.Effect<FaultServer, never, Scope.Scope> =>
  Effect.gen(function* () {
    const requested = yield* Deferred.make<void>()
    const run = yield* FiberSet.makeRuntime<never>()
    const requests: Array<string> = []
    const sockets = yield* Effect.acquireRelease(
      Effect.sync((): Array<net.Socket> => []),
      (sockets) => Effect.sync(() => sockets.forEach((socket) => socket.destroy()))
    )
    const serve = (socket: net.Socket) => {
      sockets.push(socket)
      socket.on("error", () => {})
      if (options.onConnection !== undefined) run(options.onConnection(exchange(socket, "")))
      onRequest(socket, (request) => {
        const behaviour = options.behaviours[requests.length] ?? options.behaviours.at(-1) ?? options.behaviours[0]
        requests.push(request)
        Deferred.unsafeDone(requested, Effect.void)
        run(behaviour(exchange(socket, request)))
      })
    }
    const port = yield* listen(options, serve)
    return {
      port,
      url: `${options.certificate === undefined ? "http" : "https"}://127.0.0.1:${port}/soap`,
      requests,
      connections: () => sockets.length,
      requested: Deferred.await(requested),
      closed: Effect.suspend(() => Effect.forEach(sockets, closed, { concurrency: "unbounded", discard: true }))
    }
  })

/** A server with one behaviour. */
export const one = (behaviour: Behaviour, certificate?: Certificate): Effect.Effect<FaultServer, never, Scope.Scope> =>
  make({ behaviours: [behaviour], certificate })

const listen = (options: Options, serve: (socket: net.Socket) => void): Effect.Effect<number, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<net.Server>((resume) => {
      const server =
        options.certificate === undefined ? net.createServer(serve) : secureServer(options.certificate, options, serve)
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  ).pipe(Effect.map(portOf))

const portOf = (server: net.Server): number => {
  const address = server.address()
  return typeof address === "object" && address !== null ? address.port : 0
}

const secureServer = (certificate: Certificate, options: Options, serve: (socket: net.Socket) => void): tls.Server => {
  const server = tls.createServer({
    ...keyPair(certificate),
    ca: readCertificate(certificate),
    requestCert: options.requestClientCertificate ?? false,
    rejectUnauthorized: options.requestClientCertificate ?? false
  })
  server.on("tlsClientError", () => {})
  return server.on("secureConnection", serve)
}

/** A port whose connections the kernel leaves unanswered, because its queue of connections is full and nobody accepts. */
export const unanswered: Effect.Effect<string, never, Scope.Scope> = Effect.gen(function* () {
  const worker = yield* Effect.acquireRelease(
    Effect.sync(() => new Worker(deafListener, { eval: true })),
    (worker) => Effect.promise(() => worker.terminate())
  )
  const port = yield* Effect.async<number>((resume) => {
    worker.once("message", (port: number) => resume(Effect.succeed(port)))
  })
  const fillers = yield* Effect.acquireRelease(
    Effect.sync(() => Array.from({ length: 8 }, () => net.connect(port, "127.0.0.1").on("error", () => {}))),
    (fillers) => Effect.sync(() => fillers.forEach((socket) => socket.destroy()))
  )
  // A backlog of one makes room for two; how much it makes elsewhere, the other six are there to use up.
  yield* Effect.forEach(fillers.slice(0, 2), connected, { concurrency: "unbounded" })
  return `http://127.0.0.1:${port}/soap`
})

const deafListener = `
  const { parentPort } = require("node:worker_threads")
  const server = require("node:net").createServer().listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
    parentPort.postMessage(server.address().port)
    setImmediate(() => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0))
  })
`

const connected = (socket: net.Socket): Effect.Effect<void> =>
  Effect.async((resume) => {
    if (!socket.connecting) resume(Effect.void)
    else socket.once("connect", () => resume(Effect.void))
  })

/** An address of https that answers even the greeting of TLS with plain HTTP. */
export const plain: Effect.Effect<string, never, Scope.Scope> = Effect.map(
  Effect.acquireRelease(
    Effect.async<net.Server>((resume) => {
      const server = net.createServer((socket) => {
        socket.on("error", () => {}).once("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))
      })
      server.listen(0, "127.0.0.1", () => resume(Effect.succeed(server)))
    }),
    (server) => Effect.sync(() => server.close())
  ),
  (server) => `https://127.0.0.1:${portOf(server)}/soap`
)

/** A port that refuses connections, since whoever had it has gone. */
export const refused: Effect.Effect<string> = Effect.suspend(() =>
  Effect.scoped(Effect.map(one(hang), (server) => server.url))
)

/** Calls back for each request with a `content-length`, which is what all three clients send. */
const onRequest = (socket: net.Socket, callback: (request: string) => void): void => {
  let received = ""
  socket.setEncoding("latin1").on("data", (data: string) => {
    received += data
    const head = received.indexOf("\r\n\r\n") + 4
    const length = Number(/^content-length: (\d+)\r$/im.exec(received.slice(0, head))?.[1] ?? 0)
    if (head < 4 || received.length < head + length) return
    callback(received.slice(0, head + length))
    received = received.slice(head + length)
  })
}

const exchange = (socket: net.Socket, request: string): Exchange => ({
  request,
  write: (data) =>
    Effect.async((resume) => {
      // Never resumes when the client has gone: the fiber ends with the server.
      socket.write(data, (error) => (error === undefined || error === null ? resume(Effect.void) : undefined))
    }),
  end: Effect.sync(() => socket.end()),
  reset: Effect.sync(() => socket.resetAndDestroy())
})

const closed = (socket: net.Socket): Effect.Effect<void> =>
  Effect.async((resume) => {
    if (socket.closed) resume(Effect.void)
    else socket.once("close", () => resume(Effect.void))
  })

const ok = "HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\n"

/** A legal reply with this body. */
export const reply = (body: string | Uint8Array, headers = "", status = "200 OK"): Behaviour => {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body
  return ({ write }) =>
    Effect.zipRight(
      write(
        `HTTP/1.1 ${status}\r\nContent-Type: text/xml; charset=utf-8\r\nContent-Length: ${bytes.length}\r\n${headers}\r\n`
      ),
      write(bytes)
    )
}

/** Writes this and leaves the connection open. */
export const raw =
  (data: string | Uint8Array): Behaviour =>
  ({ write }) =>
    write(data)

/** Writes this after an ordinary status line and content type; for a head that is all there is, end with an empty line. */
export const head = (rest: string): Behaviour => raw(ok + rest)

export const hang: Behaviour = () => Effect.never
export const reset: Behaviour = ({ reset }) => reset
export const end: Behaviour = ({ end }) => end

/** One behaviour after the other. */
export const sequence =
  (...steps: ReadonlyArray<Behaviour>): Behaviour =>
  (exchange) =>
    Effect.forEach(steps, (step) => step(exchange), { discard: true })

/** Waits for the test to say so. */
export const until =
  (signal: Effect.Effect<void>): Behaviour =>
  () =>
    signal

/** The same bytes again and again, as fast as the client takes them. */
export const endless =
  (data: string | Uint8Array): Behaviour =>
  ({ write }) =>
    Effect.forever(write(data))

/** A byte at a time, in real time, for ever. */
export const drip: Behaviour = ({ write }) =>
  write(" ").pipe(Effect.zipRight(TestServices.provideLive(Effect.sleep("10 millis"))), Effect.forever)

const fixtures = new URL("../fixtures/tls/", import.meta.url)

/** The certificates of `test/fixtures/tls`: each signs itself, and all have the same published key. */
export type Certificate = "valid" | "expired" | "other-host"

export const readCertificate = (name: Certificate): string => fs.readFileSync(new URL(`${name}.pem`, fixtures), "utf8")

export const keyPair = (name: Certificate): { readonly cert: string; readonly key: string } => ({
  cert: readCertificate(name),
  key: fs.readFileSync(new URL("key.pem", fixtures), "utf8")
})
