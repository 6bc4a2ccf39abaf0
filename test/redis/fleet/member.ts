// One process of a fleet: a session for each account, kept alive and shared by Redis. It does what its input says, line by line,
// tells on its output what happens, and ends with its input.
import * as HttpClient from "@effect/platform/HttpClient"
import * as HttpClientRequest from "@effect/platform/HttpClientRequest"
import * as Commands from "@effect-clickatell/core/Commands"
import * as Credentials from "@effect-clickatell/core/Credentials"
import type { CommandError } from "@effect-clickatell/core/Errors"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import * as RedisSessionStore from "@effect-clickatell/redis/RedisSessionStore"
import { Clock, Config, Console, Context, Effect, FiberSet, Layer, Logger, Redacted, Ref, Schema, Stream } from "effect"
import { createInterface } from "node:readline"
import * as words from "./words.ts"

type Service = Session.Session["Type"]

const say = (said: words.Said): Effect.Effect<void> =>
  Effect.flatMap(Effect.orDie(Schema.encode(words.Said)(said)), (line) => Console.log(line))

const now = Effect.sync(() => performance.now())

/** A request says who has sent it and when, by a clock that nobody sets. */
const signed = (name: string) =>
  HttpClient.mapRequestEffect((request: HttpClientRequest.HttpClientRequest) =>
    Effect.map(now, (sent) => HttpClientRequest.setHeaders(request, { "x-member": name, "x-sent": String(sent) }))
  )

const sharedLayer = (options: words.Options) =>
  Layer.merge(
    HttpTransport.layerFetch({
      endpoint: options.endpoint,
      timeout: options.timeout,
      transformClient: signed(options.name)
    }),
    RedisSessionStore.layer({
      keys: [Redacted.make(options.key)],
      prefix: options.prefix,
      patience: options.patience,
      client: options.redis
    })
  )

const accountLayer = (options: words.Options, user: string, password: Ref.Ref<string>) => {
  const { apiId, floor, interval, life, limit, margin, spacing, window } = options
  const session = Session.layer({
    credentials: Effect.flatMap(Ref.get(password), (password) => Credentials.make({ apiId, user, password })),
    life,
    margin,
    loginBudget: { spacing, limit, window }
  })
  return Layer.provideMerge(KeepAlive.layer({ interval, floor }), session)
}

/** Opens an account's session, and tells of its events. */
const open = (options: words.Options, password: Ref.Ref<string>) => (user: string, account: number) =>
  Effect.gen(function* () {
    const session = Context.get(yield* Layer.build(accountLayer(options, user, password)), Session.Session)
    const events = yield* session.subscribe
    yield* Stream.fromQueue(events).pipe(
      Stream.mapEffect(({ _tag: event, generation }) =>
        Effect.flatMap(now, (at) => say({ event, generation, account, at }))
      ),
      Stream.runDrain,
      Effect.forkScoped
    )
    return session
  })

const endOf = (error: CommandError): string => [error._tag, "reason" in error ? error.reason : ""].join(" ").trim()

const none: words.Tally = { ends: {}, longest: 0 }

const count = ({ ends, longest }: words.Tally, end: string, took: number): words.Tally => ({
  ends: { ...ends, [end]: (ends[end] ?? 0) + 1 },
  longest: Math.max(longest, took)
})

/** One caller, who asks for the balance. */
const call = (session: Service, tally: Ref.Ref<words.Tally>) =>
  Effect.gen(function* () {
    const start = yield* now
    const end = yield* Effect.match(session.execute(Commands.getBalance), {
      onFailure: endOf,
      onSuccess: () => "ok"
    })
    const took = (yield* now) - start
    yield* Ref.update(tally, (it) => count(it, end, took))
  })

const everybody = (sessions: ReadonlyArray<Service>, callers: number) =>
  sessions.flatMap((session) => Array.from({ length: callers }, () => session))

const obeying = (sessions: ReadonlyArray<Service>, password: Ref.Ref<string>) =>
  Effect.gen(function* () {
    const load = yield* FiberSet.make()
    const borne = yield* Ref.make(none)
    const isBorne = yield* Ref.make(false)
    return (answer: number, order: words.Order): Effect.Effect<void> => {
      switch (order.do) {
        case "call":
          return Effect.gen(function* () {
            const tally = yield* Ref.make(none)
            const callers = everybody(sessions, order.callers)
            yield* Effect.forEach(callers, (session) => call(session, tally), { concurrency: "unbounded" })
            yield* say({ answer, tally: yield* Ref.get(tally) })
          })
        case "load":
          return Effect.gen(function* () {
            yield* Ref.set(isBorne, true)
            for (const session of everybody(sessions, order.callers)) {
              const calls = Effect.delay(call(session, borne), order.pause)
              yield* FiberSet.run(load, Effect.repeat(calls, { while: () => Ref.get(isBorne) }))
            }
            yield* say({ answer })
          })
        case "calm":
          // Nobody is cut off: a caller who has no answer yet is one of those that are counted.
          return Effect.gen(function* () {
            yield* Ref.set(isBorne, false)
            yield* FiberSet.awaitEmpty(load)
            yield* say({ answer, tally: yield* Ref.getAndSet(borne, none) })
          })
        case "reset":
          return Effect.zipRight(
            Effect.forEach(sessions, ({ reset }) => reset, { discard: true }),
            say({ answer })
          )
        case "password":
          return Effect.zipRight(Ref.set(password, order.password), say({ answer }))
        case "states":
          return Effect.flatMap(
            Effect.forEach(sessions, ({ status }) => status),
            (all) => say({ answer, states: all.map(({ state }) => state) })
          )
      }
    }
  })

const orders = Stream.fromAsyncIterable(createInterface({ input: process.stdin }), () => "the input broke").pipe(
  Stream.mapEffect(Schema.decode(words.Numbered))
)

/** The clock of a machine that is set otherwise. */
const ahead = (clock: Clock.Clock, skew: number): Clock.Clock => ({
  ...clock,
  [Clock.ClockTypeId]: Clock.ClockTypeId,
  unsafeCurrentTimeMillis: () => clock.unsafeCurrentTimeMillis() + skew,
  unsafeCurrentTimeNanos: () => clock.unsafeCurrentTimeNanos(),
  currentTimeMillis: Effect.map(clock.currentTimeMillis, (millis) => millis + skew),
  currentTimeNanos: clock.currentTimeNanos,
  sleep: (duration) => clock.sleep(duration)
})

const program = (options: words.Options) =>
  Effect.gen(function* () {
    const password = yield* Ref.make(options.password)
    const shared = yield* Layer.build(sharedLayer(options))
    const sessions = yield* Effect.forEach(options.users, open(options, password)).pipe(Effect.provide(shared))
    const obey = yield* obeying(sessions, password)
    yield* say({ ready: true })
    yield* orders.pipe(
      Stream.mapEffect(({ number, order }) => obey(number, order), { concurrency: "unbounded" }),
      Stream.runDrain
    )
  }).pipe(Effect.scoped)

const main = Effect.gen(function* () {
  const options = yield* Schema.decode(Schema.parseJson(words.Options))(yield* Config.string("MEMBER"))
  const clock = yield* Effect.clock
  yield* Effect.withClock(program(options), ahead(clock, options.skew))
})

const logs = Logger.replace(Logger.defaultLogger, Logger.withConsoleError(Logger.jsonLogger))

Effect.runFork(Effect.provide(main, logs))
