import * as HttpBody from "@effect/platform/HttpBody"
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import { TransportError } from "@effect-clickatell/core/Errors"
import { Transport } from "@effect-clickatell/core/Transport"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type { Client } from "./client.ts"
import { layers } from "./layers.ts"
import { over } from "./ours.ts"
import { headers } from "./request.ts"

/** `session.execute(Ping)` on a call of the host's client and nothing else: without a deadline, a limit or a word on redirects. */
export const naive = (layer: keyof typeof layers, url: string): Client =>
  over(Layer.provide(Layer.effect(Transport, make(url)), layers[layer]))

const make = (url: string) =>
  Effect.map(HttpClient.HttpClient, (client): Transport["Type"] => ({
    style: "document-literal",
    server: { address: "127.0.0.1", port: 443 },
    deadline: Duration.seconds(15),
    send: ({ operation, xml }) => {
      const body = HttpBody.uint8Array(new TextEncoder().encode(Redacted.value(xml)), headers["content-type"])
      const request = HttpClientRequest.post(url).pipe(
        HttpClientRequest.setHeaders(headers),
        HttpClientRequest.setBody(body)
      )
      return Effect.matchEffect(
        Effect.flatMap(client.execute(request), (response) =>
          Effect.map(response.arrayBuffer, (bytes) => ({ status: response.status, body: new Uint8Array(bytes) }))
        ),
        {
          onFailure: () =>
            Effect.fail(new TransportError({ operation, reason: "Reset", phase: "unknown", mayHaveReached: true })),
          onSuccess: Effect.succeed
        }
      )
    }
  }))
