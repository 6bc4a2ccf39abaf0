import type * as Command from "@effect-clickatell/core/Command"
import { inStyle } from "@effect-clickatell/core/Command"
import type * as Envelope from "@effect-clickatell/core/Envelope"
import { Effect, Exit, Redacted, Schema } from "effect"
import { envelope, hex, reply } from "./codec.ts"
import { outcome, run } from "./commands.ts"

export const styles = ["document-literal", "rpc-encoded"] as const

/** Ids of messages, by a number. */
export const messageId = (number: number): string => hex.slice(0, -3) + String(number).padStart(3, "0")

/** The operations whose reply is a plain text in both contracts. */
const plain: ReadonlySet<string> = new Set(["getbalance", "routecoverage", "routeCoverage"])

/** What a server of this style answers: in RPC/encoded, an array of records for most operations. */
export const replyIn = (style: Envelope.Style, operation: string, ...records: ReadonlyArray<string>): string =>
  style === "document-literal" || plain.has(operation)
    ? reply(operation, ...records)
    : envelope(
        `<ns1:${operation}Response><return xmlns:SOAP-ENC="http://schemas.xmlsoap.org/soap/encoding/"` +
          ` SOAP-ENC:arrayType="xsd:string[${records.length}]">${records.map((text) => `<item>${text}</item>`).join("")}` +
          `</return></ns1:${operation}Response>`
      )

/** What a command gives, as its schema writes it, or fails with, when a service of this style answers so. */
export const answered = <A, I>(
  style: Envelope.Style,
  schema: Schema.Schema<A, I>,
  command: Command.Command<A>,
  ...records: ReadonlyArray<string>
): Effect.Effect<unknown> => {
  const { operation } = inStyle(command, style)
  return Effect.map(run(command, replyIn(style, operation, ...records), { style }), (exit) =>
    Exit.isSuccess(exit) ? Schema.encodeSync(schema)(exit.value) : outcome(exit)
  )
}

/** The content of the operation's element as it goes out, behind the session id. */
export const content = <A>(style: Envelope.Style, command: Command.Command<A>): Effect.Effect<string> =>
  Effect.gen(function* () {
    const sent: Array<Envelope.Envelope> = []
    yield* run(command, "", { style, sent })
    const document = sent.map(({ xml }) => Redacted.value(xml)).join()
    return /<ns1:(.*)<\/ns1:\w+><\/SOAP-ENV:Body>/.exec(document)?.[1]?.replace(/<session_id.*<\/session_id>/, "") ?? ""
  })
