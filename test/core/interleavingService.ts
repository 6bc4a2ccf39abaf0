import * as Command from "@effect-clickatell/core/Command"
import { TransportError } from "@effect-clickatell/core/Errors"
import type * as Transport from "@effect-clickatell/core/Transport"
import { Effect, Option, Schema } from "effect"

const faults = ["Reset", "Connect", "Timeout", "Lost", "Slow", "Busy", "Proxy", "Refused"] as const
export type Fault = (typeof faults)[number]
export { faults }

export interface Request {
  readonly operation: string
  /** The session that it names, where it is no login. */
  readonly id: string | undefined
  readonly password: string | undefined
  /** What a message says, which tells one from another. */
  readonly text: string | undefined
}

export const parse = (operation: string, xml: string): Request => {
  const read = (name: string) => new RegExp(`<${name}>(.*)</${name}>`).exec(xml)?.[1]
  return { operation, id: read("session_id"), password: read("password"), text: read("text") }
}

/** What an effect sends that is handed the id by `use`. */
export const Own = Command.make("own", {
  parameters: Schema.Struct({}),
  decode: ([record]) => (record._tag === "Ok" ? Option.some("own") : Option.none())
})({})

/** The service as it is: one account, its sessions, and whatever it is told to do wrong. */
export class Service {
  password = "password-0"
  frozen = false
  /** The sessions that it knows. */
  readonly sessions = new Set<string>()
  private handedOut = 0

  /** What it does with a request, which it sees after half of the latency. */
  answer(
    request: Request,
    fault: Fault | undefined,
    latency: number
  ): Effect.Effect<Transport.Response, TransportError> {
    const { operation } = request
    const fail = (reason: TransportError["reason"], delay: number) =>
      later(
        delay,
        Effect.suspend(
          () => new TransportError({ operation, reason, phase: "headers", mayHaveReached: reason !== "Connect" })
        )
      )
    const reply = (text: () => string, delay = latency) =>
      later(
        delay / 2,
        Effect.flatMap(Effect.sync(text), (text) => later(delay / 2, Effect.succeed(response(operation, text))))
      )
    switch (fault) {
      case "Reset":
      case "Connect":
        return fail(fault, latency)
      case "Timeout":
        return fail("Timeout", 15_000)
      case "Lost":
        return Effect.zipRight(
          reply(() => this.serve(request)),
          fail("Timeout", 15_000)
        )
      case "Slow":
        return reply(() => this.serve(request), 10_000)
      case "Busy":
        return reply(() => "ERR: 901, busy")
      case "Proxy":
        return later(latency, Effect.succeed({ status: 503, body: new Uint8Array() }))
      case "Refused":
        return reply(() => "ERR: 001, no")
      case undefined:
        return reply(() => this.serve(request))
    }
  }

  /** What it says to a request that reaches it. */
  serve({ id, password }: Request): string {
    if (this.frozen) return "ERR: 004, account frozen"
    if (id !== undefined) return this.sessions.has(id) ? "OK:" : "ERR: 003, Session ID expired"
    if (password !== this.password) return "ERR: 001, Authentication failed"
    this.handedOut += 1
    const opened = `decafbad${String(this.handedOut).padStart(24, "0")}`
    this.sessions.add(opened)
    return `OK: ${opened}`
  }
}

const later = <A, E>(millis: number, effect: Effect.Effect<A, E>) =>
  millis === 0 ? effect : Effect.delay(effect, millis)

/** How it says that. */
export const response = (operation: string, text: string): Transport.Response => ({
  status: 200,
  body: new TextEncoder().encode(
    `<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>` +
      `<${operation}Response><return>${text}</return></${operation}Response></e:Body></e:Envelope>`
  )
})
