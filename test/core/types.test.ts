import * as Authenticate from "@effect-clickatell/core/Authenticate"
import * as Command from "@effect-clickatell/core/Command"
import type { Credentials } from "@effect-clickatell/core/Credentials"
import type {
  ApiError,
  AuthFailed,
  CommandError,
  ExchangeError,
  InvalidParameters,
  MalformedReply,
  SoapFault,
  TransportError
} from "@effect-clickatell/core/Errors"
import * as Ping from "@effect-clickatell/core/Ping"
import type { SessionId } from "@effect-clickatell/core/SessionId"
import type { Transport } from "@effect-clickatell/core/Transport"
import { describe, expectTypeOf, it } from "@effect/vitest"
import type { Redacted } from "effect"
import { Effect, Option, Schema } from "effect"

type FiveErrors = AuthFailed | ApiError | SoapFault | MalformedReply | TransportError

describe("the types that callers see (checked by tsc)", () => {
  it("ping needs a transport and fails in five ways", () => {
    expectTypeOf(Ping.ping).parameters.toEqualTypeOf<[sessionId: SessionId]>()
    expectTypeOf(Ping.ping).returns.toEqualTypeOf<Effect.Effect<void, FiveErrors, Transport>>()
    expectTypeOf<ExchangeError>().toEqualTypeOf<FiveErrors>()
    // No plain text is a session id, so that none is sent, logged or mistaken for one.
    expectTypeOf<string>().not.toExtend<SessionId>()
    expectTypeOf<Redacted.Redacted<string>>().not.toExtend<SessionId>()
    expectTypeOf<SessionId>().toExtend<Redacted.Redacted<string>>()
  })

  it("authenticate gives a session id", () => {
    expectTypeOf(Authenticate.authenticate).parameters.toEqualTypeOf<[credentials: Credentials]>()
    expectTypeOf(Authenticate.authenticate).returns.toEqualTypeOf<Effect.Effect<SessionId, FiveErrors, Transport>>()
  })

  it("the built-in commands fail in the five ways alone", () => {
    expectTypeOf(Ping.Ping).toEqualTypeOf<Command.Command<void, never>>()
    expectTypeOf(Authenticate.Authenticate).returns.toEqualTypeOf<Command.Command<SessionId, AuthFailed>>()
    expectTypeOf(Command.execute(Ping.Ping)).toEqualTypeOf<Effect.Effect<void, FiveErrors, Transport>>()
  })

  const getBalance = Command.make("getbalance", {
    parameters: Schema.Struct({ api_id: Schema.optional(Schema.Number), to: Schema.Array(Schema.String) }),
    decode: ([record]) => (record._tag === "Credit" ? Option.some(record.amount) : Option.none())
  })

  it("a command of the caller's own has its schema's parameters and its decoder's result", () => {
    expectTypeOf(getBalance).parameters.toEqualTypeOf<
      [parameters: { readonly api_id?: number | undefined; readonly to: ReadonlyArray<string> }]
    >()
    expectTypeOf(getBalance).returns.toEqualTypeOf<Command.Command<string>>()
  })

  it("and it fails in one way more", () => {
    expectTypeOf(Command.execute(getBalance({ to: [] }))).toEqualTypeOf<
      Effect.Effect<string, FiveErrors | InvalidParameters, Transport>
    >()
    expectTypeOf<CommandError>().toEqualTypeOf<FiveErrors | InvalidParameters>()
  })

  it("each error can be caught by its tag, until none is left", () => {
    expectTypeOf(
      Command.execute(Ping.Ping).pipe(
        Effect.catchTags({
          AuthFailed: ({ reason }) => Effect.succeed(reason),
          ApiError: ({ code }) => Effect.succeed(code),
          SoapFault: ({ faultCode }) => Effect.succeed(faultCode),
          MalformedReply: ({ reason }) => Effect.succeed(reason),
          TransportError: ({ reason }) => Effect.succeed(reason)
        }),
        Effect.asVoid
      )
    ).toEqualTypeOf<Effect.Effect<void, never, Transport>>()
  })

  it("what cannot be written as XML is no schema of parameters", () => {
    const decode = Option.some
    // @ts-expect-error a boolean has no form that both services read
    void (() => Command.make("x", { parameters: Schema.Struct({ a: Schema.Boolean }), decode }))
    // @ts-expect-error a nested structure has none at all
    void (() => Command.make("x", { parameters: Schema.Struct({ a: Schema.Struct({ b: Schema.String }) }), decode }))
    // @ts-expect-error a schema with requirements would need an environment to be written
    void (() => Command.make("x", { parameters: Schema.Struct({ a: needing }), decode }))
    // @ts-expect-error a plain text is no session id
    void (() => Ping.ping("f95d64c67d1d10d17443d636e4101711"))
  })
})

declare const needing: Schema.Schema<string, string, "something">
