import * as FetchHttpClient from "@effect/platform/FetchHttpClient"
import type * as HttpClient from "@effect/platform/HttpClient"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as Layer from "effect/Layer"

const keepAlive = NodeHttpClient.makeAgentLayer({ keepAlive: true })

/** The client layers of the platform; the one of `node:http` with an agent that keeps its connections, which its own does not. */
export const layers: Readonly<Record<"fetch" | "node" | "undici", Layer.Layer<HttpClient.HttpClient>>> = {
  fetch: FetchHttpClient.layer,
  node: Layer.provide(NodeHttpClient.layerWithoutAgent, keepAlive),
  undici: NodeHttpClient.layerUndici
}
