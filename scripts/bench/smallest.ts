// The smallest programs that ping, as text: what they import is measured, and not all of it need be in this build.

/** `undici` stands for `UndiciTransport`, and `soap` for the peer of that name. */
export type Smallest = "fetch" | "undici" | "soap"

const ours = (transport: string, layer: string) => `import * as Ping from "@effect-clickatell/core/Ping"
import * as SessionId from "@effect-clickatell/core/SessionId"
import * as ${transport} from "@effect-clickatell/platform/${transport}"
import * as Effect from "effect/Effect"

const program = Effect.flatMap(SessionId.make("0".repeat(32)), Ping.ping)
Effect.runPromise(Effect.provide(program, ${transport}.${layer}({ endpoint: process.argv[2] }))).then(() => process.exit())
`

/** The source of each. */
export const sources: Readonly<Record<Smallest, string>> = {
  fetch: ours("HttpTransport", "layerFetch"),
  undici: ours("UndiciTransport", "layer"),
  soap: `import * as soap from "soap"

const client = await soap.createClientAsync(process.argv[3])
client.setEndpoint(process.argv[2])
await client.pingAsync({ session_id: "0".repeat(32) })
process.exit()
`
}
