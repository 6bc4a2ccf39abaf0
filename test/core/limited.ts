import * as Envelope from "@effect-clickatell/core/Envelope"
import * as Limit from "@effect-clickatell/core/Limit"
import { Deadline, Transport } from "@effect-clickatell/core/Transport"
import { Duration, Effect, Layer } from "effect"
import * as virtualTime from "./virtualTime.ts"

/** A transport that takes this long for each request, under a limit and in a world of its own, with what goes out over it. */
export const make = (
  options: Limit.Options,
  time: Duration.DurationInput = "1 second",
  policy?: virtualTime.Policy
) => {
  const world = virtualTime.make("limit", policy)
  /** One line for each request: the virtual time in milliseconds, and the operation. */
  const began: Array<string> = []
  /** The deadlines that they came with, in milliseconds. */
  const deadlines: Array<number | undefined> = []
  const underWay = { current: 0, most: 0 }

  const beneath = Layer.succeed(Transport, {
    style: "document-literal",
    server: { address: "soap.example", port: 443 },
    deadline: Duration.seconds(15),
    send: ({ operation }) =>
      Effect.gen(function* () {
        const deadline = yield* Deadline
        deadlines.push(deadline === undefined ? undefined : Duration.toMillis(deadline))
        began.push(`${world.monotonic()} ${operation}`)
        underWay.current += 1
        underWay.most = Math.max(underWay.most, underWay.current)
        yield* Effect.ensuring(
          Effect.sleep(time),
          Effect.sync(() => (underWay.current -= 1))
        )
        return { status: 200, body: new Uint8Array() }
      })
  })
  const transport = world.now(Effect.provide(Transport, Layer.provide(Limit.layer(options), beneath)))

  return {
    world,
    began,
    deadlines,
    underWay,
    transport,
    send: (operation: string) => transport.send(Envelope.make("document-literal", operation, []))
  }
}
