// What the drawing "is it sent again?" of docs/errors.md says, and docs-sent-again.test.ts comes to with a real session.
import * as ErrorCode from "@effect-clickatell/core/ErrorCode"
import type { CommandError } from "@effect-clickatell/core/Errors"
import { ApiError, AuthFailed, MalformedReply, SoapFault, TransportError } from "@effect-clickatell/core/Errors"
import * as Retry from "@effect-clickatell/core/Retry"
import { Array as Arr, Duration, Schema, SchemaAST } from "effect"

/** What a schema that is one of several texts may be. */
const literals = <A>(schema: Schema.Schema<A>): ReadonlyArray<A> => {
  const types = SchemaAST.isUnion(schema.ast) ? schema.ast.types : []
  const texts = types.map((type): unknown => (SchemaAST.isLiteral(type) ? type.literal : undefined))
  return texts.filter(Schema.is(schema))
}

const operation = "ping"

const transport = (reason: TransportError["reason"], rest: Partial<TransportError> = {}) =>
  new TransportError({ operation, reason, phase: "headers", mayHaveReached: true, ...rest })

interface Kind {
  readonly tag: CommandError["_tag"]
  readonly kind: string
  /** How many times it is sent again at most. */
  readonly again: number
}

const kindOf = (kind: string, error: CommandError): Kind => ({ tag: error._tag, kind, again: Retry.ceiling(error) })

/** Every kind of error that an exchange can end with. */
export const kinds: ReadonlyArray<Kind> = [
  ...literals(TransportError.fields.reason)
    .filter((reason) => reason !== "Status")
    .map((reason) => kindOf(reason, transport(reason))),
  kindOf("Reset in the body", transport("Reset", { phase: "body" })),
  ...Arr.range(400, 599).map((status) => kindOf(`Status ${status}`, transport("Status", { status }))),
  kindOf("Retry-After over a minute", transport("Status", { status: 503, retryAfter: Duration.seconds(61) })),
  ...literals(MalformedReply.fields.reason).map((reason) => kindOf(reason, new MalformedReply({ operation, reason }))),
  ...["Server", "Client"].map((code) =>
    kindOf(code, new SoapFault({ operation, faultCode: `SOAP-ENV:${code}`, faultString: "" }))
  ),
  ...Array.from(ErrorCode.table.keys(), (code) => kindOf(code, new ApiError({ operation, code, description: "" }))),
  ...literals(AuthFailed.fields.reason).map((reason) => kindOf(reason, new AuthFailed({ operation, reason })))
]

interface Leaf {
  /** How often the call goes out, the first time included; each kind of error at the last question has a number of its own. */
  readonly sent: number
  readonly says: string
}

/** The ends of the tree but for those of the last question. */
export const leaves = {
  check: { sent: 1, says: "No: it is one request, whatever comes of it." },
  "no session": { sent: 0, says: "It is not sent: the call fails as the login did." },
  refused: {
    sent: 2,
    says: "Yes, once, with a new session. A second refusal is the caller's, unless that session came of a store."
  },
  "not idempotent": {
    sent: 1,
    says: "No: that is yours to decide. Where mayHaveReached is false, it was not carried out; where it is true, ask what became of it first."
  }
} as const satisfies Readonly<Record<string, Leaf>>
