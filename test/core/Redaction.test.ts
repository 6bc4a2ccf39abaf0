import * as Authenticate from "@effect-clickatell/core/Authenticate"
import * as Command from "@effect-clickatell/core/Command"
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as Envelope from "@effect-clickatell/core/Envelope"
import type { CommandError } from "@effect-clickatell/core/Errors"
import * as Ping from "@effect-clickatell/core/Ping"
import * as SessionId from "@effect-clickatell/core/SessionId"
import type { Transport } from "@effect-clickatell/core/Transport"
import { assert, describe, it } from "@effect/vitest"
import type { ConfigError, ParseResult } from "effect"
import {
  Cause,
  ConfigProvider,
  Effect,
  Either,
  Equal,
  Exit,
  Hash,
  Logger,
  Option,
  Record,
  Redacted,
  Schema
} from "effect"
import { inspect } from "node:util"
import { answering, envelope, escape, fixture, fixturesIn, reply } from "./codec.ts"

const canary = {
  apiId: "71726374",
  user: "canary-user-<&>",
  password: `canary-password-"8a1f"`,
  id: "c0ffee00c0ffee00c0ffee00c0ffee00"
} as const
const secrets: ReadonlyArray<string> = [...Object.values(canary), "canary-user", "canary-password", "8a1f"]

const credentials = Either.getOrThrow(Credentials.make(canary))
const sessionId = Either.getOrThrow(SessionId.make(canary.id))

/** Every way in which a value comes before human eyes. */
const shown = (value: unknown): string => {
  const error = value instanceof Error ? [value.message, value.stack ?? "", String(value.cause)] : []
  return [
    ...error,
    String(value),
    inspect(value, { depth: Infinity, showHidden: true, getters: true }),
    JSON.stringify(value) ?? "",
    JSON.stringify([Object.entries(value ?? {})]),
    Logger.stringLogger.log({ ...logged, message: value }),
    Logger.logfmtLogger.log({ ...logged, message: value }),
    Logger.jsonLogger.log({ ...logged, message: value })
  ].join("\n")
}
const logged = Effect.runSync(
  Effect.gen(function* () {
    let options: Logger.Logger.Options<unknown> | undefined
    yield* Effect.log("").pipe(
      Effect.provide(
        Logger.replace(
          Logger.defaultLogger,
          Logger.make((given) => void (options = given))
        )
      )
    )
    return options ?? assert.fail("nothing was logged")
  })
)

const hides = (value: unknown, hidden = secrets): void => {
  const text = shown(value)
  for (const secret of hidden) assert.notInclude(text, secret)
}
const hidesExit = (exit: Exit.Exit<unknown, unknown>, hidden = secrets): void => {
  hides(exit, hidden)
  if (Exit.isFailure(exit)) {
    hides(Cause.pretty(exit.cause, { renderErrorCause: true }), hidden)
    hides(Cause.squash(exit.cause), hidden)
  }
}

describe("what holds a secret shows none", () => {
  it("credentials", () => hides(credentials))
  it("a session id", () => hides(sessionId))
  it("a login, and a list of its parameters", () => {
    hides(Authenticate.Authenticate(credentials))
    hides(Either.getOrThrow(Authenticate.Authenticate(credentials).parameters))
  })

  it("an envelope, in both styles", () => {
    for (const style of ["document-literal", "rpc-encoded"] as const) {
      const parameters = Either.getOrThrow(Authenticate.Authenticate(credentials).parameters)
      const envelope = Envelope.make(style, "auth", [
        ...parameters,
        { name: "session_id", type: "xsd:string", value: sessionId }
      ])
      hides(envelope)
      hides({ nested: [envelope], map: new Map([["envelope", envelope]]) })
      for (const secret of Object.values(canary)) {
        assert.include(Redacted.value(envelope.xml), secret.replace(/[&<>"]/g, named), "it is sent all the same")
      }
    }
  })

  it("and still has it: equal secrets are equal, and others are not", () => {
    assert.strictEqual(Redacted.value(credentials.password), canary.password)
    assert.strictEqual<string>(Redacted.value(sessionId), canary.id)
    const same = Either.getOrThrow(Credentials.make({ ...canary, user: Redacted.make(canary.user) }))
    assert.isTrue(Equal.equals(credentials, same))
    assert.strictEqual(Hash.hash(credentials), Hash.hash(same))
    assert.isFalse(Equal.equals(credentials, Either.getOrThrow(Credentials.make({ ...canary, password: "other" }))))
    assert.isTrue(Equal.equals(sessionId, Either.getOrThrow(SessionId.make(canary.id))))
  })
})

const named = (char: string): string =>
  ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[char] ?? assert.fail(char)

describe("what goes wrong shows no secret", () => {
  // What a call was not given it cannot know for a secret, save what looks like a session id.
  const calls: ReadonlyArray<readonly [Effect.Effect<unknown, CommandError, Transport>, ReadonlyArray<string>]> = [
    [Ping.ping(sessionId), [canary.id]],
    [Authenticate.authenticate(credentials), secrets],
    [Command.execute(Authenticate.Authenticate(credentials), sessionId), secrets]
  ]
  const everything = Object.values(canary).join(" ")
  const echoes = ["ping", "auth"].flatMap((operation) => [
    reply(operation, escape(`ERR: 001, ${everything}`)),
    reply(operation, escape(`ERR: 777, ${everything} To: 1`)),
    reply(operation, escape(`ERR: ${everything}`)),
    reply(operation, escape(`ERR: ${canary.apiId}, x`)),
    reply(operation, escape(`OK: ${everything}`)),
    reply(operation, escape(everything)),
    reply(operation, `<b>${escape(everything)}</b>`),
    reply(operation, escape(everything), escape(everything)),
    envelope(`<${operation}>${escape(everything)}</${operation}>`)
  ])
  const bodies = [
    ...echoes,
    everything,
    `<html><body>${escape(everything)}</body></html>`,
    `<!DOCTYPE a [<!ENTITY b "${escape(everything)}">]><a>&b;</a>`,
    `<a>${escape(everything)}`,
    Envelope.fault("Client", everything),
    Envelope.fault(
      "Server",
      `no ${canary.user}, no ${canary.password}, no ${canary.apiId}, no ${canary.id.toUpperCase()}`
    ),
    envelope(`<e:Fault><faultcode>${escape(everything)}</faultcode><faultstring/></e:Fault>`)
  ]

  for (const [index, body] of bodies.entries()) {
    it.effect(`echo ${index}`, () =>
      Effect.gen(function* () {
        for (const [call, hidden] of calls) {
          for (const status of [200, 500]) {
            hidesExit(yield* call.pipe(Effect.provide(answering(body, { status })), Effect.exit), hidden)
          }
        }
      })
    )
  }

  it.effect("nor does a secret that looks like a code with a description, or like one with a recipient", () =>
    Effect.gen(function* () {
      for (const password of ["12345,canary-word", "123 canary-word", "canary-word To: 123"]) {
        const login = Authenticate.authenticate(Either.getOrThrow(Credentials.make({ ...canary, password })))
        for (const text of [`ERR: ${password}`, `ERR: 777, ${password}`]) {
          hidesExit(yield* Effect.exit(Effect.provide(login, answering(reply("auth", text)))), ["canary-word"])
        }
      }
    })
  )

  it.effect("nor does any reply of the corpus, a login's success included", () =>
    Effect.gen(function* () {
      const files = ["replies/ok", "replies/odd", "replies/hostile"].flatMap(fixturesIn)
      for (const file of [...files, "documented/auth-reply.xml"]) {
        for (const [call] of calls) hidesExit(yield* call.pipe(Effect.provide(answering(fixture(file))), Effect.exit))
      }
      const fresh = reply("auth", `OK: ${canary.id}`)
      const exit = yield* Authenticate.authenticate(credentials).pipe(Effect.provide(answering(fresh)), Effect.exit)
      assert.isTrue(Exit.isSuccess(exit))
      hidesExit(exit)
    })
  )
})

const illegal = ["\u0000", "\u000b", "\ud800", "\uffff"].map((char) => `canary-password${char}`)

const refusal = <A>(made: Either.Either<A, ParseResult.ParseError>): ParseResult.ParseError =>
  Either.match(made, { onLeft: (error) => error, onRight: () => assert.fail("accepted") })

describe("Credentials.make", () => {
  const names = { apiId: "API id", user: "user", password: "password" } as const

  for (const [field, name] of Object.entries(names)) {
    it(`refuses an empty or illegal ${name} by its name alone`, () => {
      for (const bad of ["", ...illegal, Redacted.make(""), ...illegal.map((text) => Redacted.make(text))]) {
        const error = refusal(Credentials.make({ ...canary, [field]: bad }))
        assert.strictEqual(error._tag, "ParseError")
        assert.include(String(error), `the ${name}`)
        hides(error)
      }
    })
  }

  it("takes everything else, white space, markup and emoji, as it is", () => {
    for (const odd of [" ", " a ", "\t\r\n", `<&>"']]>`, "📨", "\u0085", "x".repeat(10_000)]) {
      const made = Either.getOrThrow(Credentials.make({ apiId: odd, user: odd, password: odd }))
      assert.deepStrictEqual(Object.values(made).map(Redacted.value), [odd, odd, odd])
    }
  })
})

describe("the schemas of secrets", () => {
  const redacted = Record.map(canary, Redacted.make)

  it("decode what is redacted, to values that are equal when the secrets are", () => {
    const decode = Schema.decodeUnknownEither(Credentials.Credentials)
    const { apiId, password, user } = redacted
    assert.isTrue(Equal.equals(decode({ apiId, password, user }), Credentials.make(canary)))
    assert.isTrue(Equal.equals(Schema.decodeUnknownEither(SessionId.SessionId)(redacted.id), SessionId.make(canary.id)))
  })

  it("refuse what is not redacted by its name, and do not show it", () => {
    const { apiId, user } = redacted
    const password = Schema.decodeUnknownEither(Credentials.Credentials)({ apiId, user, password: canary.password })
    assert.include(String(refusal(password)), "the password is not redacted")
    hides(String(refusal(password)))
    const id = Schema.decodeUnknownEither(SessionId.SessionId)(canary.id)
    assert.include(String(refusal(id)), "the session id is not redacted")
    hides(String(refusal(id)))
  })
})

describe("SessionId.make", () => {
  it("refuses an empty or illegal id by its name alone", () => {
    for (const bad of ["", ...illegal, Redacted.make(""), ...illegal.map((text) => Redacted.make(text))]) {
      const error = refusal(SessionId.make(bad))
      assert.include(String(error), "the session id")
      hides(error)
    }
  })

  it("takes any other text, since ids are opaque", () => {
    for (const id of ["a", canary.id, "not hexadecimal", " ", "📨"]) {
      assert.strictEqual(Redacted.value(Either.getOrThrow(SessionId.make(id))), id)
    }
  })
})

const load = <A>(config: Effect.Effect<A, ConfigError.ConfigError>, environment: Readonly<Record<string, string>>) =>
  Effect.withConfigProvider(config, ConfigProvider.fromMap(new Map(Object.entries(environment))))

describe("configuration", () => {
  const complete = {
    CLICKATELL_API_ID: canary.apiId,
    CLICKATELL_USER: canary.user,
    CLICKATELL_PASSWORD: canary.password
  }

  it.effect("reads the credentials and the session id, and redacts them", () =>
    Effect.gen(function* () {
      const loaded = yield* load(Credentials.config, complete)
      assert.isTrue(Equal.equals(loaded, credentials))
      hides(loaded)
      const id = yield* load(SessionId.config, { CLICKATELL_SESSION_ID: canary.id })
      assert.strictEqual<string>(Redacted.value(id), canary.id)
      hides(id)
    })
  )

  it.effect("names the variable that is missing", () =>
    Effect.gen(function* () {
      for (const name of Object.keys(complete)) {
        const others = Object.fromEntries(Object.entries(complete).filter(([key]) => key !== name))
        const error = yield* Effect.flip(load(Credentials.config, others))
        assert.include(String(error), name)
        hidesExit(Exit.fail(error))
      }
      assert.include(String(yield* Effect.flip(load(SessionId.config, {}))), "CLICKATELL_SESSION_ID")
    })
  )

  it.effect("names the one that is empty or illegal, and never its value", () =>
    Effect.gen(function* () {
      const names = { CLICKATELL_API_ID: "API id", CLICKATELL_USER: "user", CLICKATELL_PASSWORD: "password" }
      for (const [variable, name] of Object.entries(names)) {
        for (const bad of ["", ...illegal]) {
          const exit = yield* Effect.exit(load(Credentials.config, { ...complete, [variable]: bad }))
          const error = Exit.isFailure(exit)
            ? Option.getOrThrow(Cause.failureOption(exit.cause))
            : assert.fail("loaded")
          assert.include(String(error), `the ${name}`)
          hidesExit(exit)
        }
      }
      for (const bad of ["", ...illegal]) {
        const exit = yield* Effect.exit(load(SessionId.config, { CLICKATELL_SESSION_ID: bad }))
        assert.include(String(exit), "the session id")
        hidesExit(exit)
      }
    })
  )
})
