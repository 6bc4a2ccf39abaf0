// Keeps a session for each of many accounts of the emulator, over HTTP on this machine, and ends with 1 where one is lost, logs
// in twice, is pinged too soon or costs more and more memory. Takes two intervals, after the time that the logins take.
//
//   npx pnpm accounts [--count 100000] [--life SECONDS] [--interval SECONDS] [--json]
import * as UndiciTransport from "@effect-clickatell/platform/UndiciTransport"
import { Effect, Logger, LogLevel } from "effect"
import { parse } from "./arguments.ts"
import { heapOfOne, judge } from "./judge.ts"
import { keep, timeout } from "./keep.ts"
import * as service from "./service.ts"

const { json, ...task } = parse(process.argv.slice(2))

const findings = await Effect.flatMap(service.start(task.life), (started) =>
  Effect.provide(keep(task, started), UndiciTransport.layer({ endpoint: started.endpoint, timeout: timeout(task) }))
).pipe(Effect.scoped, Logger.withMinimumLogLevel(LogLevel.None), Effect.runPromise)

const judged = judge(findings)
if (json) console.log(JSON.stringify({ ...findings, heapOfOne: heapOfOne(findings), judged }))
else {
  for (const { found, holds, promise } of judged) console.log(`${holds ? "holds" : "BROKEN"}  ${promise}: ${found}`)
  console.log(`       heap of one session: ${heapOfOne(findings).toFixed(2)} kB`)
}
process.exitCode = judged.every(({ holds }) => holds) ? 0 : 1
