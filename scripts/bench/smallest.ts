// The smallest programs that ping, as text: what they import is measured, and not all of it need be in this build.

/**
 * `undici` stands for `UndiciTransport`, and `soap` for the peer of that name; a floor has the dependencies and nothing of ours, and
 * `fetch-exchange` what sends an envelope and reads a reply, and knows of no command.
 */
export type Smallest = "fetch" | "fetch-exchange" | "undici" | "soap" | Floor

type Floor = "fetch-floor" | "undici-floor"

/** Those whose bundles are measured without undici. */
export const sized = ["fetch", "fetch-exchange", "fetch-floor", "undici", "undici-floor"] as const

const ours = (transport: string, layer: string) => `import * as Ping from "@effect-clickatell/core/Ping"
import * as SessionId from "@effect-clickatell/core/SessionId"
import * as ${transport} from "@effect-clickatell/platform/${transport}"
import * as Effect from "effect/Effect"

const program = Effect.flatMap(SessionId.make("0".repeat(32)), Ping.ping)
Effect.runPromise(Effect.provide(program, ${transport}.${layer}({ endpoint: process.argv[2] }))).then(() => process.exit())
`

// A layer, errors and a parser as we need them: what no program has for less that pings with Effect, Schema and fast-xml-parser.
const floor = (imports: string, get: string) => `${imports}
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { XMLParser } from "fast-xml-parser"

class Failed extends Schema.TaggedError()("Failed", {
  retryAt: Schema.optional(Schema.DateTimeUtc),
  retryAfter: Schema.optional(Schema.DurationFromMillis)
}) {}
class Get extends Context.Tag("Get")() {}

const program = Effect.flatMap(Get, (get) => get(process.argv[2])).pipe(
  Effect.mapError(() => new Failed({})),
  Effect.map((text) => new XMLParser().parse(text))
)
Effect.runPromise(Effect.provide(program, ${get})).then(() => process.exit())
`

/** The source of each. */
export const sources: Readonly<Record<Smallest, string>> = {
  fetch: ours("HttpTransport", "layerFetch"),
  "fetch-exchange": `import * as Envelope from "@effect-clickatell/core/Envelope"
import { Transport } from "@effect-clickatell/core/Transport"
import * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import * as Effect from "effect/Effect"

const program = Effect.flatMap(Transport, ({ send, style }) =>
  Effect.flatMap(send(Envelope.make(style, "ping", [])), ({ body }) => Envelope.parse(style, body))
)
Effect.runPromise(Effect.provide(program, HttpTransport.layerFetch({ endpoint: process.argv[2] }))).then(() => process.exit())
`,
  undici: ours("UndiciTransport", "layer"),
  "fetch-floor": floor(
    `import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import * as HttpClient from "@effect/platform/HttpClient"`,
    `Layer.provide(
  Layer.effect(
    Get,
    Effect.map(HttpClient.HttpClient, (client) => (url) => Effect.flatMap(client.post(url), ({ text }) => text))
  ),
  FetchHttpClient.layer
)`
  ),
  "undici-floor": floor(
    `import { request } from "undici"`,
    `Layer.succeed(Get, (url) => Effect.tryPromise(() => request(url).then(({ body }) => body.text())))`
  ),
  soap: `import * as soap from "soap"

const client = await soap.createClientAsync(process.argv[3])
client.setEndpoint(process.argv[2])
await client.pingAsync({ session_id: "0".repeat(32) })
process.exit()
`
}
