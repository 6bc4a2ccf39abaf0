// What is run. The jobs of a suite take turns, once in each repetition.
import { sized } from "./smallest.ts"

/** A program of programs/, and what it is told; what it reports is recorded under the subject. */
export interface Job {
  readonly subject: string
  readonly program: string
  readonly args?: Readonly<Record<string, string | number>>
  /** What Node itself is told. */
  readonly node?: ReadonlyArray<string>
  /** Whether it stays, warm, for all repetitions, in place of a fresh process for each. */
  readonly lasts?: boolean
}

interface Suite {
  readonly jobs: ReadonlyArray<Job>
  /** How often it is run where others are run so often; as often by default. */
  readonly times?: (repetitions: number) => number
}

/** For what takes long and varies little, and for what does not vary. */
const seldom = (repetitions: number): number => Math.ceil(repetitions / 4)
const once = (): number => 1

const clients = [
  "soap",
  "strongSoap",
  "rawUndici",
  "rawFetch",
  "plainEffect",
  "bare-fetch",
  "bare-node",
  "bare-undici",
  "naive-fetch",
  "naive-undici",
  "ours-fetch",
  "ours-node",
  "ours-undici",
  "undiciTransport",
  "instant-execute",
  "instant-ping"
]
const overNetwork = ["ours-fetch", "ours-node", "ours-undici", "undiciTransport"]

const job = (program: string, args: Job["args"] & {} = {}, subject = program): Job => ({ subject, program, args })
/** V8 is done with compiling what a call runs through after some ten thousand of them. */
const warm = 12_000
const ping = (client: string, lines: number): Job => ({
  ...job("ping", { client, lines, warm }, client),
  lasts: true
})
const reading = (size: number, subject = `reading-${size}`): Job => ({
  ...job("reading", { size }, subject),
  lasts: true
})

/** So much of the heap for what is new that nothing of one reading outlives a collection. */
const roomy = ["--min-semi-space-size=128", "--max-semi-space-size=128"]

const all = {
  // A session's callers at the same time share one ping, so that those that answer at once are asked one after the other.
  ping: { jobs: clients.map((client) => ping(client, client.startsWith("instant") ? 1 : 16)) },
  young: {
    jobs: ["soap", "undiciTransport"].map((client) =>
      job("ping", { client, lines: 16, warm: 2_500 }, `${client}-young`)
    ),
    times: seldom
  },
  core: {
    jobs: [
      { ...job("core"), lasts: true },
      ...[1, 16, 64, 1024].map((size) => reading(size)),
      ...[1, 1024].map((size) => ({ ...reading(size, `reading-${size}-roomy`), node: roomy }))
    ]
  },
  sessions: { jobs: [job("sessions", { count: 1_000 })], times: seldom },
  map: {
    jobs: Object.entries({ "1": 1, "100": 100, "10k": 10_000, "100k": 100_000 }).map(([name, count]) =>
      job("map", { count }, `map-${name}`)
    ),
    times: seldom
  },
  wake: { jobs: [{ ...job("wake", { count: 5_000 }), lasts: true }] },
  callers: { jobs: [{ ...job("callers", { count: 10_000, rounds: 15 }), lasts: true }] },
  memory: {
    jobs: ["soap", "ours-fetch", "ours-undici", "undiciTransport"].map((client) => job("memory", { client }, client)),
    times: once
  },
  cold: {
    jobs: ["soap", "fetch", "undici", "undici-floor", "fetch-bundled", "undici-bundled", "undici-floor-bundled"].map(
      (program) => job(`cold-${program}`, {}, `cold-${program}`)
    )
  },
  size: { jobs: sized.map((bundle) => job("size", { bundle }, `size-${bundle}`)), times: once },
  connections: { jobs: overNetwork.map((client) => job("connections", { client }, client)), times: once },
  growth: {
    jobs: ["ours-undici", "undiciTransport"].map((client) => job("growth", { client, warm }, `${client}-growth`)),
    times: once
  }
} satisfies Record<string, Suite>

export type SuiteName = keyof typeof all

/** The suites in the order in which they run. */
export const suites: Readonly<Record<SuiteName, Suite>> = all

/** Their names. */
export const suiteNames: ReadonlyArray<SuiteName> = [
  "ping",
  "young",
  "core",
  "sessions",
  "map",
  "wake",
  "callers",
  "memory",
  "cold",
  "size",
  "connections",
  "growth"
]
