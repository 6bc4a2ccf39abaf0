import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Effect from "effect/Effect"
import type { Client } from "./client.ts"
import { fromEffect } from "./client.ts"
import { layers } from "./layers.ts"
import { body, check, headers } from "./request.ts"

/** A call of the host's client and nothing else: what no transport on it can do without. */
export const bare = (layer: keyof typeof layers, url: string): Client => {
  const request = HttpClientRequest.post(url).pipe(
    HttpClientRequest.setHeaders(headers),
    HttpClientRequest.bodyText(body, headers["content-type"])
  )
  const ping = Effect.flatMap(HttpClient.execute(request), (response) => Effect.map(response.text, check))
  return fromEffect(ping, layers[layer])
}
