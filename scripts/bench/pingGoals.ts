// What the table shows of pings over each client, and what it has to show: see goals.ts.
import type { Row } from "./row.ts"

const timesSoap = { per: "soap cpu", unit: "× soap" }

export const pings: ReadonlyArray<Row> = [
  { suite: "ping", what: "npm soap", value: "soap cpu", unit: "µs" },
  { suite: "ping", what: "strong-soap", value: "strongSoap cpu", ...timesSoap },
  { suite: "ping", what: "raw undici + indexOf", value: "rawUndici cpu", ...timesSoap },
  { suite: "ping", what: "raw fetch + indexOf", value: "rawFetch cpu", ...timesSoap },
  { suite: "ping", what: "a bare call on layerUndici", value: "bare-undici cpu", ...timesSoap },
  { suite: "ping", what: "a bare call on fetch", value: "bare-fetch cpu", ...timesSoap },
  { suite: "ping", what: "a plain Effect client on layerUndici", value: "plainEffect cpu", ...timesSoap },
  { suite: "ping", what: "UndiciTransport", value: "undiciTransport cpu", ...timesSoap, goal: { atMost: 0.35 } },
  {
    suite: "ping",
    what: "UndiciTransport, requests a second",
    value: "undiciTransport rate",
    per: "soap rate",
    unit: "× soap",
    goal: { atLeast: 2.8 }
  },
  {
    suite: "ping",
    what: "UndiciTransport",
    value: "undiciTransport cpu",
    per: "rawUndici cpu",
    unit: "× raw undici",
    goal: { atMost: 5 }
  },
  {
    suite: "young",
    what: "UndiciTransport, both after 2,500 calls",
    value: "undiciTransport-young cpu",
    per: "soap-young cpu",
    unit: "× soap"
  },
  {
    suite: "ping",
    what: "HttpTransport on layerUndici",
    value: "ours-undici cpu",
    ...timesSoap,
    goal: { atMost: 0.9 }
  },
  {
    suite: "ping",
    what: "HttpTransport on layerUndici",
    value: "ours-undici cpu",
    per: "bare-undici cpu",
    unit: "× bare call",
    goal: { atMost: 1.6 }
  },
  {
    suite: "ping",
    what: "a session on the bare call on layerUndici",
    value: "naive-undici cpu",
    per: "bare-undici cpu",
    unit: "× bare call"
  },
  { suite: "ping", what: "HttpTransport on fetch", value: "ours-fetch cpu", ...timesSoap, goal: { atMost: 2 } },
  {
    suite: "ping",
    what: "HttpTransport on fetch",
    value: "ours-fetch cpu",
    per: "bare-fetch cpu",
    unit: "× bare call",
    goal: { atMost: 1.45 }
  },
  {
    suite: "ping",
    what: "a session on the bare call on fetch",
    value: "naive-fetch cpu",
    per: "bare-fetch cpu",
    unit: "× bare call"
  },
  {
    suite: "ping",
    what: "HttpTransport on NodeHttpClient",
    value: "ours-node cpu",
    ...timesSoap,
    goal: { atMost: 1.9 }
  },
  {
    suite: "ping",
    what: "HttpTransport on NodeHttpClient",
    value: "ours-node cpu",
    per: "bare-node cpu",
    unit: "× bare call",
    goal: { atMost: 1.45 }
  },
  {
    suite: "ping",
    what: "execute(Ping), answered at once",
    value: "instant-execute cpu",
    ...timesSoap,
    goal: { atMost: 0.2 }
  },
  {
    suite: "ping",
    what: "session.ping, answered at once",
    value: "instant-ping cpu",
    per: "instant-execute cpu",
    unit: "× execute",
    goal: { atMost: 1.3 }
  }
]
