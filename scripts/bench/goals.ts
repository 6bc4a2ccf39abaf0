// What the table shows, and what it has to show. The goals are relative, to a peer or to another work of the same run, so that
// they hold on any machine; only heap and counts, which do not depend on one, are absolute.
import { pings } from "./pingGoals.ts"
import type { Row } from "./row.ts"

/** Where the goal is a part of what was before the work began, what this same benchmark gave then. */
const before = {
  /** `Envelope.parse`, in default parses of fast-xml-parser. */
  reading: 1.75,
  /** What `Command.execute` adds to writing, sending and reading, in bare `Effect.withSpan`s. */
  around: 7.7,
  /** One `Session` with its `KeepAlive`, in fibers of `Effect.repeat`. */
  start: 22.5
}

const timesFiber = { per: "map-10k fiber", unit: "× a repeat fiber" }
const timesWake = { per: "wake fiber", unit: "× a repeat fiber's" }

const core: ReadonlyArray<Row> = [
  {
    suite: "core",
    what: "reading a reply (Envelope.parse)",
    value: "core reading",
    per: "core parser",
    unit: "× fast-xml-parser",
    goal: { atMost: 0.7 * before.reading }
  },
  {
    suite: "core",
    what: "around a call: span, metric, result",
    value: "core around",
    per: "core span",
    unit: "× withSpan",
    goal: { atMost: 0.4 * before.around }
  },
  {
    suite: "core",
    what: "a raw command, answered at once",
    value: "core command",
    per: "core parser",
    unit: "× fast-xml-parser"
  },
  ...[16, 64, 1024].map((size): Row => ({
    suite: "core",
    what: `reading ${size} KB, each KB`,
    value: `reading-${size} kb`,
    per: "reading-1 kb",
    unit: "× at 1 KB",
    goal: { atMost: 1.3 }
  })),
  {
    suite: "core",
    what: "reading 1024 KB",
    value: "reading-1024 kb",
    per: "reading-1024 parser",
    unit: "× fast-xml-parser"
  },
  {
    suite: "core",
    what: "1024 KB with room for its tree, each KB",
    value: "reading-1024-roomy kb",
    per: "reading-1-roomy kb",
    unit: "× at 1 KB"
  },
  {
    suite: "core",
    what: "fast-xml-parser alone, 1024 KB, each KB",
    value: "reading-1024 parser",
    per: "reading-1 parser",
    unit: "× at 1 KB"
  }
]

const sessions: ReadonlyArray<Row> = [
  { suite: "sessions", what: "Session + KeepAlive, asleep", value: "sessions heap", unit: "KB", goal: { atMost: 12 } },
  { suite: "sessions", what: "two empty layers in their place", value: "sessions layers", unit: "KB" },
  {
    suite: "sessions",
    what: "Session + KeepAlive, to start",
    value: "sessions start",
    per: "sessions fiber",
    unit: "× a repeat fiber",
    goal: { atMost: 0.1 * before.start }
  },
  {
    suite: "sessions",
    what: "two empty layers in their place, to start",
    value: "sessions floor",
    per: "sessions fiber",
    unit: "× a repeat fiber"
  },
  ...["1", "100", "10k", "100k"].map((count): Row => ({
    suite: "map",
    what: `one of ${count} in a SessionMap, asleep`,
    value: `map-${count} heap`,
    unit: "KB",
    // With few sessions it is the map itself that they share.
    ...(count.endsWith("k") ? { goal: { atMost: 1 } } : {})
  })),
  {
    suite: "map",
    what: "one of 100k, asleep",
    value: "map-100k heap",
    per: "map-10k heap",
    unit: "× of 10k",
    goal: { atMost: 1.1 }
  },
  {
    suite: "map",
    what: "one in a SessionMap, to start without its login",
    value: "map-10k start",
    ...timesFiber,
    goal: { atMost: 0.01 * before.start }
  },
  { suite: "map", what: "two fibers in its place", value: "map-10k floor", ...timesFiber },
  {
    suite: "map",
    what: "to start one of 100k",
    value: "map-100k start",
    per: "map-10k start",
    unit: "× one of 10k"
  },
  {
    suite: "wake",
    what: "its wake-up without the ping",
    value: "wake wake",
    ...timesWake,
    goal: { atMost: 0.5 }
  },
  { suite: "wake", what: "a timer and two fibers in its place", value: "wake floor", ...timesWake },
  {
    suite: "wake",
    what: "its wake-up with the ping",
    value: "wake pinging",
    per: "wake fiberPinging",
    unit: "× a repeat fiber's that pings"
  },
  {
    suite: "callers",
    what: "logins for 10,000 callers of open",
    value: "callers logins",
    unit: "",
    goal: { atMost: 1 }
  },
  {
    suite: "callers",
    what: "10,000 callers of open on one login",
    value: "callers open",
    per: "callers floor",
    unit: "× one Deferred",
    goal: { atMost: 1.3 }
  }
]

const memory: ReadonlyArray<Row> = [
  {
    suite: "memory",
    what: "allocated for a ping, UndiciTransport",
    value: "undiciTransport allocated",
    per: "soap allocated",
    unit: "× soap",
    goal: { atMost: 0.75 }
  },
  {
    suite: "memory",
    what: "the same on layerUndici",
    value: "ours-undici allocated",
    per: "soap allocated",
    unit: "× soap"
  },
  { suite: "memory", what: "the same on fetch", value: "ours-fetch allocated", per: "soap allocated", unit: "× soap" },
  ...["undiciTransport", "ours-undici", "ours-fetch"].map((client): Row => ({
    suite: "memory",
    what: `retained for a ping, ${client}`,
    value: `${client} retained`,
    unit: "B",
    goal: { within: 100 }
  }))
]

const coldStart = (what: string, program: string, atMost?: number): Row => ({
  suite: "cold",
  what,
  value: `cold-${program} wall`,
  per: "cold-soap wall",
  unit: "× soap",
  ...(atMost === undefined ? {} : { goal: { atMost } })
})

const starts: ReadonlyArray<Row> = [
  { suite: "cold", what: "cold start, npm soap", value: "cold-soap wall", unit: "ms" },
  coldStart("cold start to first pong, fetch", "fetch", 2.8),
  coldStart("cold start to first pong, undici", "undici", 2.2),
  coldStart("its dependencies, without ours, from cold", "undici-floor"),
  coldStart("cold start to first pong, fetch, bundled", "fetch-bundled", 1.2),
  coldStart("cold start to first pong, undici, bundled", "undici-bundled", 0.9),
  coldStart("its dependencies, without ours, from cold, bundled", "undici-floor-bundled")
]

const counts: ReadonlyArray<Row> = [
  {
    suite: "size",
    what: "bundle of ping over fetch",
    value: "size-fetch kilobytes",
    unit: "kB",
    goal: { atMost: 112 }
  },
  {
    suite: "size",
    what: "its transport and reader, without a command",
    value: "size-fetch-exchange kilobytes",
    unit: "kB"
  },
  { suite: "size", what: "its dependencies, without ours", value: "size-fetch-floor kilobytes", unit: "kB" },
  {
    suite: "size",
    what: "bundle of ping over UndiciTransport, without undici",
    value: "size-undici kilobytes",
    unit: "kB",
    goal: { atMost: 85 }
  },
  { suite: "size", what: "its dependencies, without ours or undici", value: "size-undici-floor kilobytes", unit: "kB" },
  ...["ours-fetch", "ours-node", "ours-undici", "undiciTransport"].map((client): Row => ({
    suite: "connections",
    what: `connections for 50 pings, ${client}`,
    value: `${client} connections`,
    unit: "",
    goal: { atMost: 2 }
  }))
]

const growth: ReadonlyArray<Row> = [
  ...[1, 128, 1000].flatMap((lines) =>
    ["ours-undici", "undiciTransport"].map((client): Row => ({
      suite: "growth",
      what: `${client}, ${lines} at once`,
      value: `${client}-growth lines-${lines}`,
      per: `${client}-growth lines-16`,
      unit: "× 16 at once"
    }))
  ),
  ...[16, 64].flatMap((size) =>
    ["ours-undici", "undiciTransport"].map((client): Row => ({
      suite: "growth",
      what: `${client}, replies of ${size} KB`,
      value: `${client}-growth size-${size}`,
      per: `${client}-growth size-1`,
      unit: "× 1 KB"
    }))
  )
]

/** The whole table, in its order. */
export const rows: ReadonlyArray<Row> = [...pings, ...core, ...sessions, ...memory, ...starts, ...counts, ...growth]
