// A headless Chromium, driven over its debugging pipe by the Chrome DevTools Protocol.
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as childProcess from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Readable, Writable } from "node:stream"

/** Whether a browser must be there, as in CI, or may be missing, as on somebody's laptop. */
export const required = process.env["CLICKATELL_REQUIRE_CHROMIUM"] === "1"

const program = ["chromium", "chromium-browser", "google-chrome"].find(
  (name) => childProcess.spawnSync(name, ["--version"], { timeout: 20_000 }).status === 0
)

export const missing = !required && program === undefined

const Message = Schema.parseJson(
  Schema.Struct({
    id: Schema.optional(Schema.Number),
    sessionId: Schema.optional(Schema.String),
    method: Schema.optional(Schema.String),
    params: Schema.optional(Schema.Unknown),
    result: Schema.optional(Schema.Unknown),
    error: Schema.optional(Schema.Struct({ message: Schema.String }))
  })
)
type Message = typeof Message.Type

/** What is said to one page, and heard from it. */
export interface Connection {
  /** Sends a command and gives its result as the schema has it. */
  readonly send: <A, I>(method: string, params: object, result: Schema.Schema<A, I>) => Effect.Effect<A, Error>
  /** Calls back for every event of this name. */
  readonly on: <A, I>(method: string, params: Schema.Schema<A, I>, heard: (params: A) => void) => void
}

/** A browser that is running. */
export class Chromium extends Context.Tag("test/Chromium")<
  Chromium,
  {
    /** Opens an empty page, until the scope closes. */
    readonly page: Effect.Effect<Connection, Error, Scope.Scope>
  }
>() {}

// Chromium as root needs --no-sandbox; it visits nothing but our own page, and asks nobody else for anything.
const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--disable-sync",
  "--disable-background-networking",
  "--disable-component-update",
  "--no-first-run",
  "--remote-debugging-pipe"
]

// What has been killed may not be gone yet.
const profileFolder = Effect.acquireRelease(
  Effect.sync(() => fs.mkdtempSync(join(tmpdir(), "clickatell-chromium-"))),
  (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true, force: true, maxRetries: 20 }))
)

const start = Effect.gen(function* () {
  const profile = yield* profileFolder
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      childProcess.spawn(program ?? "chromium", [...flags, `--user-data-dir=${profile}`], {
        stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
        // A group of its own, so that all of its processes can be ended at once.
        detached: true
      })
    ),
    (child) =>
      Effect.async<void>((resume) => {
        if (child.exitCode !== null || child.pid === undefined) return resume(Effect.void)
        child.once("close", () => resume(Effect.void))
        // One that is asked to end leaves others behind for a moment, which go on writing into its folder.
        process.kill(-child.pid, "SIGKILL")
      })
  )
  const [, , , to, from] = child.stdio
  if (!(to instanceof Writable && from instanceof Readable)) return yield* Effect.dieMessage("no pipes to the browser")
  return { page: attach(connect(to, from)) }
})

/** Starts a browser, until the scope closes. */
export const layer: Layer.Layer<Chromium> = Layer.scoped(Chromium, start)

const Target = Schema.Struct({ targetId: Schema.String })
const Session = Schema.Struct({ sessionId: Schema.String })

const attach = (pipe: Pipe) =>
  Effect.gen(function* () {
    const target = yield* Effect.acquireRelease(
      pipe.send("Target.createTarget", { url: "about:blank" }, Target),
      (target) => Effect.ignore(pipe.send("Target.closeTarget", target, Schema.Unknown))
    )
    const { sessionId } = yield* pipe.send("Target.attachToTarget", { ...target, flatten: true }, Session)
    const connection: Connection = {
      send: (method, params, result) => pipe.send(method, params, result, sessionId),
      on: (method, params, heard) =>
        pipe.listen((message) => {
          if (message.sessionId !== sessionId || message.method !== method) return
          Option.map(Schema.decodeUnknownOption(params)(message.params), heard)
        })
    }
    return connection
  })

type Pipe = ReturnType<typeof connect>

/** Messages go over the pipe as JSON, each with a zero byte behind it. */
const connect = (to: Writable, from: Readable) => {
  const waiting = new Map<number, (message: Message) => void>()
  const listeners: Array<(message: Message) => void> = []
  let sent = 0
  let rest = ""
  const end = () => waiting.forEach((answer) => answer({ error: { message: "the browser has ended" } }))
  to.on("error", end)
  from.on("end", end)
  from.setEncoding("utf8").on("data", (text: string) => {
    const texts = (rest + text).split("\0")
    rest = texts.pop() ?? ""
    for (const message of texts.map((it) => Schema.decodeSync(Message)(it))) {
      if (message.id === undefined) listeners.forEach((listener) => listener(message))
      else waiting.get(message.id)?.(message)
    }
  })
  return {
    listen: (listener: (message: Message) => void) => void listeners.push(listener),
    send: <A, I>(method: string, params: object, result: Schema.Schema<A, I>, sessionId?: string) =>
      Effect.async<unknown, Error>((resume) => {
        const id = ++sent
        waiting.set(id, ({ error, result }) => {
          waiting.delete(id)
          resume(error === undefined ? Effect.succeed(result) : Effect.fail(new Error(`${method}: ${error.message}`)))
        })
        to.write(`${JSON.stringify({ id, method, params, sessionId })}\0`)
      }).pipe(
        Effect.flatMap(Schema.decodeUnknown(result)),
        Effect.mapError(({ message }) => new Error(message))
      )
  }
}
