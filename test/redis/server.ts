// Debian's real redis-server, as a process on a port of its own, and what can happen to it.
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import type * as Scope from "effect/Scope"
import type { ChildProcess } from "node:child_process"
import * as childProcess from "node:child_process"
import * as fs from "node:fs"
import * as net from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

/** Whether Redis must be there, as in CI, or may be missing, as on somebody's laptop. */
const required = process.env["CLICKATELL_REQUIRE_REDIS"] === "1"

export const missing = !required && childProcess.spawnSync("redis-server", ["--version"]).status !== 0

/** What a suite is called where it is left out. */
export const titled = (title: string): string => (missing ? `${title} (skipped: there is no redis-server here)` : title)

/** A server that can be ended, frozen and begun anew at the same port. */
export interface Server {
  readonly port: number
  /** Starts it, empty, where it was killed. */
  readonly start: Effect.Effect<void, Error>
  /** Ends it as `kill -9` does. */
  readonly kill: Effect.Effect<void>
  readonly freeze: Effect.Effect<void>
  readonly thaw: Effect.Effect<void>
  /** Asks it something by redis-cli, and gives what it prints. */
  readonly ask: (...command: ReadonlyArray<string>) => Effect.Effect<string, Error>
}

const certificates = fileURLToPath(new URL("../fixtures/tls/", import.meta.url))

/** The options of a server that speaks TLS alone, with the certificate for this host. */
export const tls = (port: number): ReadonlyArray<string> => {
  const files = { "tls-cert-file": "valid.pem", "tls-key-file": "key.pem", "tls-ca-cert-file": "valid.pem" }
  const options = Object.entries(files).flatMap(([name, file]) => [`--${name}`, join(certificates, file)])
  return ["--port", "0", "--tls-port", String(port), "--tls-auth-clients", "no", ...options]
}

interface Options {
  /** Further options of the server. */
  readonly args?: (port: number) => ReadonlyArray<string>
  /** A file of options, which the server may write to: Sentinel wants one. */
  readonly file?: string
  readonly cli?: ReadonlyArray<string>
}

/** Starts a server, until the scope closes. */
export const serve = (options: Options = {}): Effect.Effect<Server, Error, Scope.Scope> =>
  Effect.gen(function* () {
    const port = yield* freePort
    const folder = yield* Effect.acquireRelease(
      Effect.sync(() => fs.mkdtempSync(join(tmpdir(), "clickatell-redis-"))),
      (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true, force: true }))
    )
    let child: ChildProcess | undefined
    const start = Effect.suspend(() => {
      child = childProcess.spawn("redis-server", commandLine(port, folder, options), {
        cwd: folder,
        stdio: ["ignore", "pipe", "ignore"]
      })
      return untilReady(child)
    })
    const kill = Effect.suspend(() => (child === undefined ? Effect.void : end(child)))
    const signal = (name: NodeJS.Signals) => Effect.sync(() => void child?.kill(name))
    yield* Effect.acquireRelease(start, () => kill)
    return {
      port,
      start,
      kill,
      freeze: signal("SIGSTOP"),
      thaw: signal("SIGCONT"),
      ask: (...command) => cli(["-p", String(port), ...(options.cli ?? []), ...command])
    }
  })

/** A server, its replica, and the Sentinel that watches them under the name `fleet`. */
export const serveReplicated = Effect.gen(function* () {
  const first = yield* serve()
  const second = yield* serve({ args: () => ["--replicaof", "127.0.0.1", String(first.port)] })
  const sentinel = yield* serve({
    file: `sentinel monitor fleet 127.0.0.1 ${first.port} 1\nsentinel down-after-milliseconds fleet 300\n`,
    args: () => ["--sentinel"]
  })
  /** What a client is told of them. */
  const watched = { sentinels: [{ host: "127.0.0.1", port: sentinel.port }], name: "fleet" }
  /** Until Sentinel knows of the replica. */
  const known = until(
    Effect.map(sentinel.ask("SENTINEL", "replicas", "fleet"), (text) => text.includes(String(second.port)))
  )
  return { first, second, watched, known }
})

const commandLine = (port: number, folder: string, { args, file }: Options): ReadonlyArray<string> => {
  const path = join(folder, "redis.conf")
  if (file !== undefined) fs.writeFileSync(path, file)
  const own = ["--port", String(port), "--bind", "127.0.0.1", "--dir", folder]
  return file === undefined
    ? [...own, "--save", "", "--appendonly", "no", "--repl-diskless-sync-delay", "0", ...(args?.(port) ?? [])]
    : [path, ...own, ...(args?.(port) ?? [])]
}

const untilReady = (child: ChildProcess): Effect.Effect<void, Error> =>
  Effect.async((resume) => {
    let said = ""
    child.once("error", (error) => resume(Effect.fail(error)))
    child.once("exit", () => resume(Effect.fail(new Error(`redis-server has ended:\n${said}`))))
    child.stdout?.on("data", (text) => {
      said += String(text)
      if (/Ready to accept connections|\+monitor/.test(said)) resume(Effect.void)
    })
  })

const end = (child: ChildProcess): Effect.Effect<void> =>
  Effect.async((resume) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return resume(Effect.void)
    child.once("exit", () => resume(Effect.void))
    child.kill("SIGKILL")
  })

const cli = (args: ReadonlyArray<string>): Effect.Effect<string, Error> =>
  Effect.async((resume) => {
    childProcess.execFile("redis-cli", ["-h", "127.0.0.1", ...args], (error, stdout, stderr) =>
      resume(error === null ? Effect.succeed(stdout.trim()) : Effect.fail(new Error(`${error.message}\n${stderr}`)))
    )
  })

const freePort = Effect.async<number, Error>((resume) => {
  const server = net.createServer().once("error", (error) => resume(Effect.fail(error)))
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(address !== null && typeof address === "object" ? address.port : 0)))
  })
})

/** Asks again until what was asked for is so. */
export const until = <E, R>(condition: Effect.Effect<boolean, E, R>): Effect.Effect<void, never, R> =>
  condition.pipe(
    Effect.orElseSucceed(() => false),
    Effect.repeat({ until: (isSo) => isSo, schedule: Schedule.spaced("20 millis") }),
    Effect.asVoid
  )
