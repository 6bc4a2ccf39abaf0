import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as childProcess from "node:child_process"
import * as fs from "node:fs"
import * as net from "node:net"
import * as os from "node:os"
import { join } from "node:path"

/** Whether other people's clients must be there, as in CI, or may be missing, as on somebody's laptop. */
export const required = process.env["CLICKATELL_REQUIRE_PHP"] === "1"

const works = (command: string, ...args: ReadonlyArray<string>) =>
  childProcess.spawnSync(command, args, { encoding: "utf8", timeout: 10_000 }).stdout ?? ""

export const missing = {
  php: !required && !/^soap$/m.test(works("php", "-m")),
  // Debian's Python, whose package of zeep it is.
  zeep: !required && works("/usr/bin/python3", "-c", "import zeep; print(1)") === "",
  python: !required && works("python3", "-c", "import pyexpat; print(1)") === "",
  curl: !required && works("curl", "--version") === "",
  // Debian's Perl, for the same reason.
  soapLite: !required && works("/usr/bin/perl", "-MSOAP::Lite", "-e", "print 1") === ""
}

/** Runs a program to its end, at most ten seconds, and gives its standard output. */
export const run = (command: string, args: ReadonlyArray<string>, input: string): Effect.Effect<string, Error> =>
  Effect.async((resume) => {
    const child = childProcess.execFile(command, args, { timeout: 10_000 }, (error, stdout, stderr) =>
      resume(error === null ? Effect.succeed(stdout) : Effect.fail(new Error(`${error.message}\n${stdout}${stderr}`)))
    )
    child.stdin?.on("error", () => undefined).end(input)
    return Effect.sync(() => child.kill())
  })

/** Starts PHP's own web server on the script and gives its address, until the scope closes. */
export const servePhp = (
  script: string,
  env: Readonly<Record<string, string>>
): Effect.Effect<string, Error, Scope.Scope> =>
  Effect.gen(function* () {
    const port = yield* freePort
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        childProcess.spawn("php", ["-S", `127.0.0.1:${port}`, script], {
          env: { ...process.env, ...env },
          stdio: ["ignore", "ignore", "pipe"]
        })
      ),
      (child) =>
        Effect.async<void>((resume) => {
          if (child.exitCode !== null || child.pid === undefined) return resume(Effect.void)
          child.once("exit", () => resume(Effect.void))
          child.kill()
        })
    )
    yield* Effect.async<void, Error>((resume) => {
      child.once("error", (error) => resume(Effect.fail(error)))
      child.once("exit", () => resume(Effect.fail(new Error("php ended"))))
      child.stderr.on("data", (text) => {
        if (String(text).includes("started")) resume(Effect.void)
      })
    }).pipe(Effect.timeoutFail({ duration: "10 seconds", onTimeout: () => new Error("php did not start") }))
    return `http://127.0.0.1:${port}/`
  })

export const temporaryFolder = Effect.acquireRelease(
  Effect.sync(() => fs.mkdtempSync(join(os.tmpdir(), "clickatell-"))),
  (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true }))
)

const freePort = Effect.async<number, Error>((resume) => {
  const server = net.createServer().once("error", (error) => resume(Effect.fail(error)))
  server.listen(0, "127.0.0.1", () => {
    const address = server.address()
    server.close(() => resume(Effect.succeed(address !== null && typeof address === "object" ? address.port : 0)))
  })
})

/** Posts a document as it is. */
export const post = (
  url: string,
  body: string
): Effect.Effect<{ readonly status: number; readonly body: Buffer }, Error> =>
  Effect.tryPromise({
    try: async (signal) => {
      const response = await fetch(url, { method: "POST", body, signal, headers: { "content-type": "text/xml" } })
      return { status: response.status, body: Buffer.from(await response.arrayBuffer()) }
    },
    catch: (error) => new Error(String(error))
  })

const replies = new URL("../fixtures/replies/", import.meta.url)

/**
 * Compares a live reply with the one on record in test/fixtures/replies, from which the decoder's tests live; with
 * CLICKATELL_RECORD=1 it is written instead.
 */
export const onRecord = (name: string, reply: Buffer): { readonly live: string; readonly recorded: string } => {
  const file = new URL(`${name}.xml`, replies)
  if (process.env["CLICKATELL_RECORD"] === "1") {
    fs.mkdirSync(replies, { recursive: true })
    fs.writeFileSync(file, reply)
  }
  return { live: reply.toString("latin1"), recorded: fs.readFileSync(file, "latin1") }
}
