// A client of one command as most would write it, from what Effect has.
import { HttpClient, HttpClientRequest } from "@effect/platform"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Effect, Schedule, Schema } from "effect"
import { XMLParser } from "fast-xml-parser"
import type { Connect } from "./client.ts"
import { fromEffect } from "./client.ts"
import { body, headers } from "./request.ts"

const Pong = Schema.Struct({
  Envelope: Schema.Struct({
    Body: Schema.Struct({ pingResponse: Schema.Struct({ return: Schema.String.pipe(Schema.startsWith("OK:")) }) })
  })
})

export const connect: Connect = (url) => {
  const parser = new XMLParser({ removeNSPrefix: true, parseTagValue: false })
  const ping = Effect.gen(function* () {
    const client = (yield* HttpClient.HttpClient).pipe(HttpClient.filterStatusOk)
    const response = yield* client.execute(
      HttpClientRequest.post(url).pipe(
        HttpClientRequest.setHeaders(headers),
        HttpClientRequest.bodyText(body, headers["content-type"])
      )
    )
    return yield* Schema.decodeUnknown(Pong)(parser.parse(yield* response.text))
  }).pipe(
    Effect.timeout("15 seconds"),
    Effect.retry(Schedule.exponential("200 millis").pipe(Schedule.compose(Schedule.recurs(2)))),
    Effect.withSpan("ping")
  )
  return fromEffect(ping, NodeHttpClient.layerUndici)
}
