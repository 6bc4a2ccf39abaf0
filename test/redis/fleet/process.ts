// A process of a fleet, as its test sees it.
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as FiberId from "effect/FiberId"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import { buildSync } from "esbuild"
import type { ChildProcess } from "node:child_process"
import { spawn } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"
import { fileURLToPath } from "node:url"
import * as words from "./words.ts"

/** An event, and when it was heard of, by the clock of the test. */
export interface Heard extends words.Event {
  readonly heard: number
}

export interface Process {
  readonly name: string
  /** The events so far. */
  readonly events: () => ReadonlyArray<Heard>
  /** All that it has printed, on either stream. */
  readonly printed: () => string
  /** Its callers, so many at once, until all have their answers. */
  readonly call: (callers: number) => Effect.Effect<words.Tally, Error>
  /** Callers who come again and again, until `calm` tells how that went. */
  readonly load: (callers: number, pause?: number) => Effect.Effect<unknown, Error>
  readonly calm: Effect.Effect<words.Tally, Error>
  readonly reset: Effect.Effect<unknown, Error>
  /** What its credentials are from here on. */
  readonly password: (password: string) => Effect.Effect<unknown, Error>
  readonly states: Effect.Effect<ReadonlyArray<string>, Error>
  readonly freeze: Effect.Effect<void>
  readonly thaw: Effect.Effect<void>
  /** Ends it as `kill -9` does. */
  readonly kill: Effect.Effect<void>
  /** Lets it end by itself, as a deploy does; gives its exit code. */
  readonly quit: Effect.Effect<number | null>
}

let bundled: string | undefined

/** The program in one file: most of its start would be spent on reading its modules one by one. */
const program = (): string => {
  if (bundled !== undefined) return bundled
  const folder = fs.mkdtempSync(join(tmpdir(), "clickatell-fleet-"))
  process.once("exit", () => fs.rmSync(folder, { recursive: true, force: true }))
  bundled = join(folder, "member.mjs")
  buildSync({
    entryPoints: [fileURLToPath(new URL("member.ts", import.meta.url))],
    outfile: bundled,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    banner: { js: 'import { createRequire } from "node:module"\nconst require = createRequire(import.meta.url)' },
    logLevel: "error"
  })
  return bundled
}

/** Starts a process, which ends with the scope at the latest; it is ready when this is. */
export const start = (options: words.Options): Effect.Effect<Process, Error, Scope.Scope> =>
  Effect.gen(function* () {
    const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CLICKATELL_")))
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        spawn(process.execPath, [program()], {
          env: { ...clean, MEMBER: JSON.stringify(options) },
          stdio: ["pipe", "pipe", "pipe"]
        })
      ),
      end
    )
    const { events, printed, ready, tell } = listen(child)
    yield* ready
    return {
      name: options.name,
      events,
      printed,
      call: (callers) => tally(tell({ do: "call", callers })),
      load: (callers, pause = 200) => tell({ do: "load", callers, pause }),
      calm: tally(tell({ do: "calm" })),
      reset: tell({ do: "reset" }),
      password: (password) => tell({ do: "password", password }),
      states: Effect.map(tell({ do: "states" }), (said) => ("states" in said ? said.states : [])),
      freeze: Effect.sync(() => void child.kill("SIGSTOP")),
      thaw: Effect.sync(() => void child.kill("SIGCONT")),
      kill: end(child),
      quit: Effect.zipRight(
        Effect.sync(() => child.stdin.end()),
        ended(child)
      )
    }
  })

const ended = (child: ChildProcess): Effect.Effect<number | null> =>
  Effect.async((resume) => {
    if (child.exitCode !== null || child.signalCode !== null) resume(Effect.succeed(child.exitCode))
    else child.once("exit", (code) => resume(Effect.succeed(code)))
  })

const end = (child: ChildProcess): Effect.Effect<void> =>
  Effect.suspend(() => {
    child.kill("SIGKILL")
    return Effect.asVoid(ended(child))
  })

const tally = (answer: Effect.Effect<words.Said, Error>): Effect.Effect<words.Tally, Error> =>
  Effect.flatMap(answer, (said) =>
    "tally" in said ? Effect.succeed(said.tally) : Effect.fail(new Error("there is no tally in the answer"))
  )

const decode = Schema.decodeUnknownSync(words.Said)
const encode = Schema.encodeSync(words.Numbered)

const listen = (child: ChildProcess) => {
  const events: Array<Heard> = []
  const answers = new Map<number, Deferred.Deferred<words.Said, Error>>()
  const ready = Deferred.unsafeMake<void, Error>(FiberId.none)
  let printed = ""
  let last = 0
  let over: Effect.Effect<never, Error> | undefined
  const hear = (line: string) => {
    printed += `${line}\n`
    const said = decode(line)
    if ("event" in said) events.push({ ...said, heard: performance.now() })
    else if ("ready" in said) Deferred.unsafeDone(ready, Effect.void)
    else {
      const answer = answers.get(said.answer)
      if (answer !== undefined) Deferred.unsafeDone(answer, Effect.succeed(said))
    }
  }
  if (child.stdout !== null) createInterface({ input: child.stdout }).on("line", hear)
  child.stderr?.on("data", (text) => {
    printed += String(text)
  })
  // Who writes to a process that was killed is told by its end.
  child.stdin?.on("error", () => undefined)
  child.once("close", () => {
    over = Effect.fail(new Error(`a process has ended:\n${printed}`))
    Deferred.unsafeDone(ready, over)
    for (const answer of answers.values()) Deferred.unsafeDone(answer, over)
  })
  const tell = (order: words.Order) =>
    Effect.suspend(() => {
      if (over !== undefined) return over
      const answer = Deferred.unsafeMake<words.Said, Error>(FiberId.none)
      last += 1
      answers.set(last, answer)
      child.stdin?.write(`${encode({ number: last, order })}\n`)
      return Deferred.await(answer)
    })
  return { events: () => events, printed: () => printed, ready: Deferred.await(ready), tell }
}
