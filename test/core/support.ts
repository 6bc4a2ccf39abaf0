import * as Credentials from "@effect-clickatell/core/Credentials"
import * as Command from "@effect-clickatell/core/Command"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import * as SessionMap from "@effect-clickatell/core/SessionMap"
import { assert } from "@effect/vitest"
import type { ConfigError, Duration, Scope } from "effect"
import { Cause, Context, Effect, Either, Exit, Fiber, Layer, Option, Random, Schema, TestClock } from "effect"
import type { Server } from "./scriptedTransport.ts"

export type Service = Session.Session["Type"]

export const secrets = {
  apiId: "canary-api-id-7261",
  user: "canary-user-8a1f",
  password: "canary-password-55c2"
} as const

export const credentials = (password: string = secrets.password): Credentials.Credentials =>
  Either.getOrThrow(Credentials.make({ ...secrets, password }))

export type Options = Partial<Session.Options<unknown, never>>

/** A session over a scripted service, with a keep-alive on top when its options are given; both end with the scope. */
export const start = (
  server: Server,
  options: Options = {},
  keepAlive?: KeepAlive.Options
): Effect.Effect<Service, ConfigError.ConfigError, Scope.Scope> => {
  const given = { credentials: Effect.succeed(credentials()), ...options }
  if (ofMap) return Effect.flatMap(Layer.build(server.layer), (it) => Effect.provide(startInMap(given, keepAlive), it))
  const session = Layer.provide(Session.layer(given), server.layer)
  const layer = keepAlive === undefined ? session : KeepAlive.layer(keepAlive).pipe(Layer.provideMerge(session))
  return Effect.map(Layer.build(layer), Context.get(Session.Session))
}

/** Whether what is tested of a session is tested of one in a `SessionMap`. */
export const ofMap = process.env["SESSION_OF"] === "map"

/** The timers that are there without a session: a map has one for accounts that nobody calls. */
export const ownTimers = ofMap ? 1 : 0

// The first ping of a map's session may be sooner, unless it is given a schedule; and these sessions are not forgotten.
const startInMap = (
  { credentials, eager, name = "default", ...options }: Session.Options<unknown>,
  keepAlive?: KeepAlive.Options
) =>
  Effect.gen(function* () {
    const schedule = options.life === undefined ? KeepAlive.whenIdle(keepAlive?.interval ?? "10 minutes") : undefined
    const map = yield* SessionMap.make<string, unknown, never>({
      ...options,
      credentials: () => credentials,
      label: () => name,
      idleTimeToLive: "24 days",
      keepAlive: keepAlive === undefined ? false : { schedule, ...keepAlive }
    })
    const { changes, check, events, execute, open, ping, reset, status, subscribe, use } = map.get("account")
    if (eager === true) yield* Effect.forkScoped(Effect.ignore(open))
    return { changes, check, events, execute, open, ping, reset, status, subscribe, use }
  })

/** Lets an effect run for a virtual time, by the end of which it must have ended. */
export const outcome = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  time: Duration.DurationInput = "1 second"
): Effect.Effect<Exit.Exit<A, E>, never, R> =>
  Effect.gen(function* () {
    const fiber = yield* Effect.fork(effect)
    yield* TestClock.adjust(time)
    const exit = yield* Fiber.poll(fiber)
    if (Option.isNone(exit)) return yield* Effect.die(new Error("still running"))
    return exit.value
  })

export const succeeds = <A, E, R>(effect: Effect.Effect<A, E, R>, time?: Duration.DurationInput) =>
  Effect.map(outcome(effect, time), (exit) =>
    Exit.isSuccess(exit) ? exit.value : assert.fail(`failed: ${Cause.pretty(exit.cause)}`)
  )

export const fails = <A, E, R>(effect: Effect.Effect<A, E, R>, time?: Duration.DurationInput) =>
  Effect.map(outcome(effect, time), errorOf)

export const errorOf = <A, E>(exit: Exit.Exit<A, E>): E =>
  Exit.isSuccess(exit)
    ? assert.fail("succeeded")
    : Option.getOrElse(Cause.failureOption(exit.cause), () => assert.fail(`not a failure: ${Cause.pretty(exit.cause)}`))

/** The tag and reason of an error, or its code. */
export const said = (error: object): string =>
  ["_tag", "reason", "code", "faultCode"]
    .flatMap((key) => {
      const value: unknown = Reflect.get(error, key)
      return typeof value === "string" ? [value] : []
    })
    .join(" ")

export const seeded = (seed: string) => Effect.withRandom(Random.make(seed))

export const many = <A, E, R>(count: number, effect: Effect.Effect<A, E, R>) =>
  Effect.forEach(Array.from({ length: count }), () => Effect.fork(effect))

export const GetBalance = Command.make("getbalance", {
  parameters: Schema.Struct({}),
  decode: ([record]) => (record._tag === "Ok" ? Option.some("balance") : Option.none()),
  idempotent: true
})({})

export const SendMsg = Command.make("sendmsg", {
  parameters: Schema.Struct({ text: Schema.String }),
  decode: ([record]) => (record._tag === "Ok" ? Option.some("sent") : Option.none())
})

/** Whether what takes seconds is left out: a mutant is told from the original without it, and so is a session from another. */
export const isQuick = ofMap || process.env["STRYKER_MUTATOR_WORKER"] !== undefined

/** So many rounds of a test that looks at many orders of events, or an eighth of them where it is to be quick. */
export const rounds = (all: number): number => (isQuick ? Math.ceil(all / 8) : all)
