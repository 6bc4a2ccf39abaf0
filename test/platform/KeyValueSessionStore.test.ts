import type * as SessionEvent from "@effect-clickatell/core/SessionEvent"
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as Session from "@effect-clickatell/core/Session"
import * as SessionStore from "@effect-clickatell/core/SessionStore"
import { Transport } from "@effect-clickatell/core/Transport"
import * as KeyValueSessionStore from "@effect-clickatell/platform/KeyValueSessionStore"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as KeyValueStore from "@effect/platform/KeyValueStore"
import { assert, describe, it } from "@effect/vitest"
import type { Scope } from "effect"
import {
  Cause,
  ConfigProvider,
  Context,
  Deferred,
  Effect,
  Fiber,
  Layer,
  Logger,
  Option,
  Queue,
  Redacted,
  TestClock
} from "effect"
import { inspect } from "node:util"
import * as keyValueStores from "./keyValueStores.ts"

const account = { apiId: "424242", user: "canary-user", password: "canary-password" }
const credentials = Credentials.make(account)
const sessionId = (login: number) => `decafbad${String(login).padStart(24, "0")}`

const key = (name: string) => Redacted.make(`canary-key-of-${name}`)
type Keys = KeyValueSessionStore.Options["keys"]
const keys: Keys = [key("today")]

/** What nobody may find in the store or in a log. */
const secrets = ["canary", "decafbad", account.apiId]

const assertNoSecret = (text: string) => {
  for (const secret of secrets) assert.notInclude(text, secret)
}

/** The service, a store and a log, which outlive the program that uses them. */
const world = (open: Effect.Effect<keyValueStores.Opened, never, Scope.Scope>) =>
  Effect.gen(function* () {
    const service = Layer.provideMerge(Emulator.layerTransport(), Emulator.layer({ credentials: account, sessionId }))
    const context = yield* Layer.build(service)
    const emulator = Context.get(context, Emulator.Emulator)
    const warnings: Array<string> = []
    const logger = Logger.make(({ annotations, cause, logLevel, message }) => {
      if (logLevel.label === "WARN" || logLevel.label === "ERROR") {
        warnings.push(`${inspect(message)} ${inspect([...annotations])} ${Cause.pretty(cause)}`)
      }
    })
    return { ...(yield* open), emulator, warnings, logger, service: Context.pick(Transport)(context) }
  })

type World = Effect.Effect.Success<ReturnType<typeof world>>

/** One life of a program, from its start to its end: what it does, and what it was told of its session. */
const life = <A, E>(
  { layer, logger, service }: World,
  use: (session: Session.Session["Type"]) => Effect.Effect<A, E>,
  options: Partial<KeyValueSessionStore.Options> = {}
) =>
  Effect.gen(function* () {
    const program = Session.layer({ credentials }).pipe(
      Layer.provide(KeyValueSessionStore.layer({ keys, ...options })),
      Layer.provide(layer),
      Layer.provide(Layer.succeedContext(service))
    )
    const session = Context.get(yield* Layer.build(program), Session.Session)
    const events = yield* session.subscribe
    yield* use(session)
    return Array.from(yield* Queue.takeAll(events), ({ _tag }) => _tag)
  }).pipe(Effect.scoped, Effect.provide(Logger.replace(Logger.defaultLogger, logger)))

/** One line for each request. */
const requests = ({ emulator }: World) =>
  Effect.map(emulator.log, (log) => log.map(({ operation, outcome, session }) => `${operation} #${session} ${outcome}`))

/** The one entry that there is. */
const entry = ({ contents }: World) =>
  Effect.map(contents, (all) => {
    const [only, ...others] = all.map(([name, text]) => ({ name: decodeURIComponent(name), text }))
    return only !== undefined && others.length === 0 ? only : assert.fail(`${all.length} entries`)
  })

const ping = (session: Session.Session["Type"]) => session.ping
const pingOften = (session: Session.Session["Type"]) =>
  Effect.replicateEffect(session.ping, 20, { concurrency: "unbounded" })

const adopts: ReadonlyArray<SessionEvent.SessionEvent["_tag"]> = ["Adopted", "Pinged"]
const logsIn: ReadonlyArray<SessionEvent.SessionEvent["_tag"]> = ["Authenticating", "Authenticated", "Pinged"]

describe.each(Object.entries(keyValueStores.stores))("a program that keeps its session in %s", (_, store) => {
  it.scoped("goes on with it when it starts again, and sees with its first use that it is good", () =>
    Effect.gen(function* () {
      const here = yield* world(store)
      assert.deepStrictEqual(yield* life(here, ping), logsIn)
      for (let start = 0; start < 3; start++) {
        yield* TestClock.adjust("5 minutes")
        assert.deepStrictEqual(yield* life(here, ping), adopts)
      }
      assert.deepStrictEqual(yield* requests(here), [
        "auth #1 OK",
        "ping #1 OK",
        "ping #1 OK",
        "ping #1 OK",
        "ping #1 OK"
      ])
      assert.deepStrictEqual(here.warnings, [])
    })
  )

  it.scoped("has told of its last use when it ends", () =>
    Effect.gen(function* () {
      const here = yield* world(store)
      yield* life(here, ping)
      for (let start = 0; start < 5; start++) {
        yield* TestClock.adjust("10 minutes")
        const before = yield* entry(here)
        yield* life(here, ping)
        assert.notStrictEqual((yield* entry(here)).text, before.text)
      }
      assert.strictEqual(yield* here.emulator.logins, 1)
    })
  )

  it.scoped("logs in once where the service has forgotten it in the meantime", () =>
    Effect.gen(function* () {
      const here = yield* world(store)
      yield* life(here, ping)
      yield* here.emulator.expireSessions
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* life(here, pingOften), ["Adopted", "Refused", ...logsIn])
      yield* TestClock.adjust("1 minute")
      assert.deepStrictEqual(yield* life(here, ping), adopts)
      assert.strictEqual(yield* here.emulator.logins, 2)
    })
  )

  it.scoped("does not even try one that was unused for too long", () =>
    Effect.gen(function* () {
      const here = yield* world(store)
      yield* life(here, ping)
      yield* TestClock.adjust("14 minutes")
      assert.deepStrictEqual(yield* life(here, ping), logsIn)
      assert.deepStrictEqual(yield* requests(here), ["auth #1 OK", "ping #1 OK", "auth #2 OK", "ping #2 OK"])
    })
  )

  it.scoped("knows when it starts again which credentials were refused, until it has others", () =>
    Effect.gen(function* () {
      const here = yield* world(store)
      yield* here.emulator.setPassword("another")
      for (let start = 0; start < 3; start++) {
        assert.include(yield* life(here, (session) => Effect.flip(session.ping)), "Rejected")
      }
      assert.deepStrictEqual(yield* requests(here), ["auth #0 ERR 001"])
      yield* here.emulator.setPassword(account.password)
      yield* life(here, (session) => Effect.zipRight(session.reset, session.ping))
      assert.deepStrictEqual(yield* life(here, ping), adopts)
    })
  )

  it.scoped("stores for a day what is of no use to whoever reads it", () =>
    Effect.gen(function* () {
      const here = yield* world(store)
      yield* life(here, ping)
      const { name, text } = yield* entry(here)
      assert.match(name, /^clickatell:[\w-]+$/)
      assert.match(text, /^\d+ [\w+/=]+$/)
      const [, sealed = ""] = text.split(" ")
      assert.strictEqual(Number.parseInt(text, 10), 24 * 60 * 60 * 1000)
      assertNoSecret([name, text, Buffer.from(sealed, "base64").toString("latin1")].join())
    })
  )

  it.scoped("keeps the sessions of two prefixes apart", () =>
    Effect.gen(function* () {
      const here = yield* world(store)
      assert.deepStrictEqual(yield* life(here, ping, { prefix: "one" }), logsIn)
      assert.deepStrictEqual(yield* life(here, ping, { prefix: "two" }), logsIn)
      assert.deepStrictEqual(yield* life(here, ping, { prefix: "one" }), adopts)
      const names = (yield* here.contents).map(([name]) => decodeURIComponent(name).split(":")[0])
      assert.sameMembers(names, ["one", "two"])
    })
  )

  it.scoped("goes on with it while its key is changed for another", () =>
    Effect.gen(function* () {
      const here = yield* world(store)
      const [old, next] = [key("yesterday"), key("tomorrow")]
      const steps: ReadonlyArray<Keys> = [[old], [old, next], [next, old], [next]]
      for (const [step, keys] of steps.entries()) {
        assert.deepStrictEqual(yield* life(here, ping, { keys }), step === 0 ? logsIn : adopts)
        yield* TestClock.adjust("1 minute")
      }
      assert.strictEqual(yield* here.emulator.logins, 1)
      assert.deepStrictEqual(here.warnings, [])
    })
  )
})

/** What may stand under our name, made from what stands there. */
const poison: Readonly<Record<string, (text: string) => string>> = {
  "nothing, as after a write that broke off": () => "",
  "half of an entry, as after one": (text) => text.slice(0, text.length / 2),
  "a text of somebody else": () => "canary-poison",
  "a JSON of somebody else": () => JSON.stringify({ session: { id: sessionId(1), openedAt: 0, usedAt: 0 } }),
  "an entry with one letter changed": (text) => `${text.slice(0, 40)}${text[40] === "A" ? "B" : "A"}${text.slice(41)}`,
  "many bytes": () => "\u0000canary".repeat(100_000)
}

describe.each(Object.entries(keyValueStores.stores))("what is under the name of a session in %s", (_, store) => {
  it.scoped.each(Object.entries(poison))(
    "is replaced if it is %s, with one warning that shows none of it",
    ([, spoil]) =>
      Effect.gen(function* () {
        const here = yield* world(store)
        yield* life(here, ping)
        const { name, text } = yield* entry(here)
        yield* here.store.set(name, spoil(text))
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(yield* life(here, (session) => Effect.all([session.ping, session.ping])), [
          ...logsIn,
          "Pinged"
        ])
        assert.strictEqual(here.warnings.length, 1, here.warnings.join("\n"))
        assert.include(here.warnings[0], "session store")
        assertNoSecret(here.warnings.join())
        assert.deepStrictEqual(yield* life(here, ping), adopts)
        assert.strictEqual(here.warnings.length, 1)
      })
  )

  it.scoped("is not opened if it was sealed for another name", () =>
    Effect.gen(function* () {
      const here = yield* world(store)
      yield* life(here, ping)
      const { name, text } = yield* entry(here)
      yield* here.store.set(name.replace("clickatell:", "app:"), text)
      assert.deepStrictEqual(yield* life(here, ping, { prefix: "app" }), logsIn)
      assert.strictEqual(here.warnings.length, 1)
    })
  )
})

const refusing: KeyValueStore.KeyValueStore = KeyValueStore.makeStringOnly({
  get: () => Effect.die("canary-defect"),
  set: () => Effect.die("canary-defect"),
  remove: () => Effect.void,
  clear: Effect.void,
  size: Effect.succeed(0)
})

describe("a program whose store is broken", () => {
  it.scoped("ends in half a second while it is written to", () =>
    Effect.gen(function* () {
      const gate = yield* Deferred.make<void>()
      const begun = yield* Deferred.make<void>()
      const store: KeyValueStore.KeyValueStore = {
        ...refusing,
        get: () => Effect.succeedNone,
        set: () => Effect.zipRight(Deferred.succeed(begun, undefined), Deferred.await(gate))
      }
      const here = yield* world(
        Effect.succeed({
          layer: Layer.succeed(KeyValueStore.KeyValueStore, store),
          store,
          contents: Effect.succeed([])
        })
      )
      const ending = yield* Effect.fork(
        life(here, (session) => Effect.zipRight(Effect.fork(session.open), Deferred.await(begun)))
      )
      yield* Deferred.await(begun)
      yield* TestClock.adjust("499 millis")
      assert.isTrue(Option.isNone(yield* Fiber.poll(ending)))
      yield* TestClock.adjust("1 millis")
      yield* Fiber.join(ending)
      yield* Deferred.succeed(gate, undefined)
    })
  )

  it.scoped("goes by itself, and says so once", () =>
    Effect.gen(function* () {
      const opened = {
        layer: Layer.succeed(KeyValueStore.KeyValueStore, refusing),
        store: refusing,
        contents: Effect.succeed([])
      }
      const here = yield* world(Effect.succeed(opened))
      const told = yield* life(here, (session) => Effect.all([session.ping, session.ping]))
      assert.deepStrictEqual(told, ["Detached", ...logsIn, "Pinged"])
      assert.strictEqual(here.warnings.length, 1)
      assertNoSecret(here.warnings.join())
    })
  )
})

const build = (environment: Readonly<Record<string, string>>) =>
  Layer.build(KeyValueSessionStore.layerConfig()).pipe(
    Effect.scoped,
    Effect.provide(KeyValueStore.layerMemory),
    Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(environment))))
  )

describe("the layers", () => {
  it.effect("read their keys, with commas between them, and their prefix from the environment", () =>
    Effect.gen(function* () {
      const environment = ConfigProvider.fromMap(
        new Map([
          ["CLICKATELL_STORE_KEYS", "canary-key-of-today, canary-key-of-yesterday"],
          ["CLICKATELL_STORE_PREFIX", "app"]
        ])
      )
      const read = yield* Effect.withConfigProvider(SessionStore.config, environment)
      assert.deepStrictEqual(read.keys.map(Redacted.value), ["canary-key-of-today", "canary-key-of-yesterday"])
      assert.strictEqual(read.prefix, "app")
      yield* build({ CLICKATELL_STORE_KEYS: "canary-key-of-today" })
    })
  )

  it.effect.each(["", "short", "canary-key-of-today,", "canary-key-of-today,short"])(
    "refuse the keys %j, and show none",
    (keys) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(build({ CLICKATELL_STORE_KEYS: keys }))
        assert.include(String(error), "key")
        assert.notInclude(inspect(error, { depth: 9 }), "canary")
      })
  )

  it.effect("want keys", () =>
    Effect.gen(function* () {
      assert.include(String(yield* Effect.flip(build({}))), "CLICKATELL_STORE_KEYS")
    })
  )
})
