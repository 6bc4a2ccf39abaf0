import { Transport } from "@effect-clickatell/core/Transport"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as replies from "../replies.ts"

/** A transport that answers at once, within this process, and never the same; a login may take its time. */
export const make = (login: Duration.DurationInput = 0): Transport["Type"] => ({
  style: "document-literal",
  server: { address: "127.0.0.1", port: 443 },
  deadline: Duration.millis(100),
  send: ({ operation }) => {
    const answer = Effect.sync(() => ({ status: 200, body: encoder.encode(replies.write(operation)) }))
    return operation === "auth" && login !== 0 ? Effect.delay(answer, login) : answer
  }
})

const encoder = new TextEncoder()

/** Its layer. */
export const layer = Layer.sync(Transport, make)
