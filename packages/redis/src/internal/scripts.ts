import * as Effect from "effect/Effect"
import * as Encoding from "effect/Encoding"
import type { Connection } from "./connection.ts"
import * as failure from "./failure.ts"

/** A script of Redis, and the SHA-1 by which it knows the ones that it has run. */
export interface Script {
  readonly source: string
  readonly digest: string
}

const make = (source: string): Effect.Effect<Script> =>
  Effect.map(
    Effect.promise(() => crypto.subtle.digest("SHA-1", new TextEncoder().encode(source))),
    (digest) => ({ source, digest: Encoding.encodeHex(new Uint8Array(digest)) })
  )

// What is not a text was put there by somebody else, and counts as nothing.
const held = `local held = redis.pcall("GET", KEYS[1])
if type(held) == "table" then
  if not string.find(held.err, "WRONGTYPE", 1, true) then return held end
  held = false
end
`

const now = `local time = redis.call("TIME")
local now = time[1] .. string.format("%03d", math.floor(time[2] / 1000))
`

/** Answers with the moment and what is held. */
export const read: Effect.Effect<Script> = make(`${held}${now}return {now, held}`)

/** Takes a value, its life and what it is to replace, if anything; answers with the moment, what was held, and whether it was replaced. */
export const replace: Effect.Effect<Script> = make(`${held}local replaced = "no"
if held == (ARGV[3] or false) then
  redis.call("SET", KEYS[1], ARGV[1], "PX", ARGV[2])
  replaced = "yes"
end
${now}return {now, held, replaced}`)

/** The texts that a script answers with; Redis is sent the script itself only where it does not know it. */
export const run = (
  connection: Connection,
  script: Script,
  name: string,
  ...args: ReadonlyArray<string>
): Effect.Effect<ReadonlyArray<string | undefined>, failure.RedisFailure> =>
  Effect.map(
    Effect.catchIf(
      send(() => connection.callBuffer("evalsha", script.digest, 1, name, ...args.map(toBytes))),
      ({ reason }) => reason === "NOSCRIPT",
      () => send(() => connection.callBuffer("eval", script.source, 1, name, ...args.map(toBytes)))
    ),
    (reply) => (Array.isArray(reply) ? reply.map(toText) : [])
  )

const send = (command: () => Promise<unknown>) => Effect.tryPromise({ try: command, catch: failure.of })

// One byte for each character: what a store writes is ASCII, and what anybody else has put there keeps its bytes on the way here
// and back, by which it can be replaced.
const toBytes = (text: string): Buffer => Buffer.from(text, "latin1")
const toText = (part: unknown): string | undefined => (Buffer.isBuffer(part) ? part.toString("latin1") : undefined)
