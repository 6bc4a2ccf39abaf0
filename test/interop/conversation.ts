import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as childProcess from "node:child_process"
import * as readline from "node:readline"

const Records = Schema.parseJson(Schema.Array(Schema.String))

/** Starts a program that answers each line, a JSON text, with one of the records that it got; it ends with the scope. */
export const converse = (
  command: string,
  args: ReadonlyArray<string>
): Effect.Effect<(question: unknown) => Effect.Effect<ReadonlyArray<string>, unknown>, never, Scope.Scope> =>
  Effect.gen(function* () {
    // Whatever proxy there is, it is not to be asked for this machine.
    const env = { ...process.env, NO_PROXY: "127.0.0.1", no_proxy: "127.0.0.1" }
    const child = yield* Effect.acquireRelease(
      Effect.sync(() => childProcess.spawn(command, args, { env })),
      (child) => Effect.sync(() => child.kill())
    )
    const complaints: Array<string> = []
    child.stderr.on("data", (text) => complaints.push(String(text)))
    const ended = yield* Deferred.make<never, Error>()
    child.on("error", (error) => complaints.push(error.message))
    child.on("close", () =>
      Deferred.unsafeDone(ended, Effect.fail(new Error([`${command} ended`, ...complaints].join("\n"))))
    )
    child.stdin.on("error", () => undefined)
    const lines = readline.createInterface({ input: child.stdout })
    return (question) =>
      Effect.async<string>((resume) => {
        const hear = (line: string) => resume(Effect.succeed(line))
        lines.once("line", hear)
        child.stdin.write(`${JSON.stringify(question)}\n`)
        return Effect.sync(() => lines.off("line", hear))
      }).pipe(Effect.raceFirst(Deferred.await(ended)), Effect.flatMap(Schema.decode(Records)))
  })
