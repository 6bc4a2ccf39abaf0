import { assert } from "@effect/vitest"
import { authenticate } from "@effect-clickatell/core/Authenticate"
import * as Command from "@effect-clickatell/core/Command"
import * as Commands from "@effect-clickatell/core/Commands"
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as Envelope from "@effect-clickatell/core/Envelope"
import type { AuthFailed, InvalidParameters } from "@effect-clickatell/core/Errors"
import * as SessionId from "@effect-clickatell/core/SessionId"
import { Emulator } from "@effect-clickatell/testing/Emulator"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"

export const styles = ["document-literal", "rpc-encoded"] as const

export const demo = Either.getOrThrow(Credentials.make({ apiId: "123456", user: "demo", password: "demo" }))

export const strangerId = "0123456789abcdef0123456789abcdef"

export const stranger = Either.getOrThrow(SessionId.make(strangerId))

/** A request as our own codec writes it, in which a parameter may have several values. */
export const request = (
  style: Envelope.Style,
  operation: string,
  parameters: Readonly<Record<string, string | ReadonlyArray<string>>>
): string =>
  Redacted.value(
    Envelope.make(
      style,
      operation,
      Object.entries(parameters).map(([name, value]) => ({ name, type: "xsd:string", value }))
    ).xml
  )

/** What the emulator says to a document, without any transport: a `return`, or a fault's code. */
export const say = (xml: string | Uint8Array) =>
  Effect.gen(function* () {
    const answer = yield* (yield* Emulator).handle(typeof xml === "string" ? new TextEncoder().encode(xml) : xml)
    switch (answer._tag) {
      case "Whole":
        return read(answer.response.status, answer.response.body)
      case "Half":
        return answer.ending
      case "None":
        return answer.because
      case "Broken":
        return answer.reason
    }
  })

/** A reply as a short text, a line for each record; dies on one that our own decoder cannot read. */
export const read = (status: number, body: Uint8Array): string => {
  const { entry } = Either.getOrThrow(Envelope.parse("rpc-encoded", body))
  const text = (name: string) =>
    entry.children
      .flatMap((child) => (child.name === name ? (child.children.length > 0 ? child.children : [child]) : []))
      .map((child) => child.text)
      .join("\n")
  return entry.name === "Fault" ? `${status} ${text("faultcode")}` : `${status} ${entry.name} ${text("return")}`
}

export const getbalance = Command.make("getbalance", {
  parameters: Schema.Struct({}),
  decode: ([record]) => (record._tag === "Credit" ? Option.some(record.amount) : Option.none())
})({})

export const wrong = (change: Partial<Record<keyof Credentials.Credentials, string>>) =>
  Either.getOrThrow(Credentials.make({ ...demo, ...change }))

/** "ok", or the tag, reason and code of the failure. */
export const outcome = <A, R>(
  effect: Effect.Effect<A, { readonly _tag: string; readonly reason?: string; readonly code?: string | undefined }, R>
) =>
  Effect.match(effect, {
    onSuccess: () => "ok",
    onFailure: ({ _tag, code, reason }) => [_tag, reason, code].filter((part) => part !== undefined).join(" ")
  })

export const to = "27990000001"

/** Executes a command in a session of its own. */
export const execute = <A, E extends InvalidParameters | AuthFailed>(command: Command.Command<A, E>) =>
  Effect.flatMap(authenticate(demo), (id) => Command.execute(command, id))

/** Sends a message and gives the ids that it got; dies where a number was refused. */
export const accepted = (message: Commands.SendMsg) =>
  Effect.map(execute(Commands.sendMsg(message)), (results) =>
    Arr.map(results, (result) => (result._tag === "Accepted" ? result.id : assert.fail(result.code)))
  )
