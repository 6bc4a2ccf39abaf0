import * as KeyValueStore from "@effect/platform/KeyValueStore"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Exit, Fiber, Option, TestClock } from "effect"
import * as keyValueRegister from "../../packages/platform/src/internal/keyValueRegister.ts"
import * as keyValueStores from "./keyValueStores.ts"

const hour = 3_600_000
const name = "clickatell:{name}"

/** A change to make where there is `expected`. */
const to = (value: string, expected?: string, life = hour) => ({ value, expected, life })

describe.each(Object.entries(keyValueStores.stores))("a register in %s", (_, open) => {
  const opened = Effect.map(open, (opened) => ({ ...opened, register: keyValueRegister.make(opened.store) }))

  it.scoped("holds what was put there, and tells the time", () =>
    Effect.gen(function* () {
      const { register } = yield* opened
      yield* TestClock.setTime(1000)
      assert.deepStrictEqual(yield* register.read(name), { value: undefined, now: 1000 })
      const put = yield* register.replace(name, to("one"))
      assert.deepStrictEqual(put, { value: "one", now: 1000, replaced: true })
      yield* TestClock.setTime(2000)
      assert.deepStrictEqual(yield* register.read(name), { value: "one", now: 2000 })
      assert.strictEqual((yield* register.read(`${name}2`)).value, undefined)
    })
  )

  it.scoped("replaces a value only for whoever knows it", () =>
    Effect.gen(function* () {
      const { register } = yield* opened
      const early = yield* register.replace(name, to("two", "one"))
      assert.deepStrictEqual(early, { value: undefined, now: 0, replaced: false })
      yield* register.replace(name, to("one"))
      for (const wrong of [undefined, "two", ""]) {
        const refused = yield* register.replace(name, to("three", wrong))
        assert.deepStrictEqual(refused, { value: "one", now: 0, replaced: false })
      }
      assert.isTrue((yield* register.replace(name, to("two", "one"))).replaced)
      assert.strictEqual((yield* register.read(name)).value, "two")
    })
  )

  it.scoped("lets one of many replace a value at once", () =>
    Effect.gen(function* () {
      const { register } = yield* opened
      yield* register.replace(name, to("0"))
      for (let round = 0; round < 5; round++) {
        const all = Array.from({ length: 20 }, (_, index) =>
          register.replace(name, to(`${round} ${index}`, `${round}`))
        )
        const done = yield* Effect.all(all, { concurrency: "unbounded" })
        const winners = done.filter(({ replaced }) => replaced)
        assert.strictEqual(winners.length, 1)
        const { value } = yield* register.read(name)
        assert.strictEqual(value, winners[0]?.value)
        yield* register.replace(name, to(`${round + 1}`, value))
      }
    })
  )

  it.scoped("removes a value that it meets after its life", () =>
    Effect.gen(function* () {
      const { contents, register } = yield* opened
      yield* register.replace(name, to("one"))
      yield* TestClock.adjust(hour - 1)
      assert.strictEqual((yield* register.read(name)).value, "one")
      yield* TestClock.adjust(1)
      assert.strictEqual((yield* register.read(name)).value, undefined)
      assert.deepStrictEqual(yield* contents, [])

      yield* register.replace(name, to("two"))
      yield* TestClock.adjust(hour)
      assert.isFalse((yield* register.replace(name, to("three", "two"))).replaced)
      assert.deepStrictEqual(yield* contents, [])
      assert.isTrue((yield* register.replace(name, to("three"))).replaced)
    })
  )

  it.scoped("gives a value a new life each time it is replaced", () =>
    Effect.gen(function* () {
      const { register } = yield* opened
      yield* register.replace(name, to("one"))
      yield* TestClock.adjust(hour / 2)
      yield* register.replace(name, to("one", "one"))
      yield* TestClock.adjust(hour - 1)
      assert.strictEqual((yield* register.read(name)).value, "one")
      yield* TestClock.adjust(1)
      assert.strictEqual((yield* register.read(name)).value, undefined)
    })
  )

  it.scoped("gives out a text that it did not write as it stands, to be replaced by whoever has seen it", () =>
    Effect.gen(function* () {
      const { register, store } = yield* opened
      for (const text of ["", "foreign", "12", "-5 x", "1e5 x", "99999999999999999 x", "{}\n9 x", "half\u0000"]) {
        yield* store.set(name, text)
        const { value } = yield* register.read(name)
        assert.strictEqual(value, text)
        assert.isFalse((yield* register.replace(name, to("ours"))).replaced, text)
        assert.isTrue((yield* register.replace(name, to("ours", text))).replaced, text)
        assert.strictEqual((yield* register.read(name)).value, "ours")
      }
    })
  )

  it.scoped("has a place for each name, whatever is in it", () =>
    Effect.gen(function* () {
      const { contents, register } = yield* opened
      const names = ["a", "A:b", "a/b", "../a", "{a}", "ä b", "%2F", "a".repeat(100)]
      yield* Effect.forEach(names, (name) => register.replace(name, to(name)), { concurrency: "unbounded" })
      for (const name of names) assert.strictEqual((yield* register.read(name)).value, name)
      assert.strictEqual((yield* contents).length, names.length)
    })
  )
})

/** A store in which each write waits until it is let go; it counts what is under way. */
const slowStore = Effect.gen(function* () {
  const texts = new Map<string, string>()
  const gate = yield* Deferred.make<void>()
  const begun = yield* Deferred.make<void>()
  const store = KeyValueStore.makeStringOnly({
    get: (name) => Effect.sync(() => Option.fromNullable(texts.get(name))),
    set: (name, text) =>
      name.startsWith("slow")
        ? Deferred.succeed(begun, undefined).pipe(
            Effect.zipRight(Deferred.await(gate)),
            Effect.zipRight(Effect.sync(() => texts.set(name, text)))
          )
        : Effect.sync(() => texts.set(name, text)),
    remove: (name) => Effect.sync(() => texts.delete(name)),
    clear: Effect.sync(() => texts.clear()),
    size: Effect.sync(() => texts.size)
  })
  return {
    register: keyValueRegister.make(store),
    begun: Deferred.await(begun),
    open: Deferred.succeed(gate, undefined)
  }
})

describe("a register on a slow store", () => {
  it.effect("ends a write that nobody waits for any more, before anybody else has a turn", () =>
    Effect.gen(function* () {
      const { begun, open, register } = yield* slowStore
      const first = yield* Effect.fork(register.replace("slow", to("one")))
      yield* begun
      yield* Fiber.interruptFork(first)
      const second = yield* Effect.fork(register.replace("slow", to("two")))
      const third = yield* Effect.fork(register.read("slow"))
      yield* TestClock.adjust("1 minute")
      assert.isTrue(Option.isNone(yield* Fiber.poll(second)))
      yield* open
      assert.deepInclude(yield* Fiber.join(second), { value: "one", replaced: false })
      assert.strictEqual((yield* Fiber.join(third)).value, "one")
    })
  )

  it.effect("lets no name wait for another", () =>
    Effect.gen(function* () {
      const { begun, open, register } = yield* slowStore
      yield* Effect.fork(register.replace("slow", to("one")))
      yield* begun
      assert.isTrue((yield* register.replace("quick", to("one"))).replaced)
      assert.strictEqual((yield* register.read("quick")).value, "one")
      yield* open
    })
  )

  it.effect("takes the next turn when one has failed or broken", () =>
    Effect.gen(function* () {
      const broken: ReadonlyArray<Effect.Effect<never>> = [Effect.die("broken"), Effect.interrupt]
      let turn = 0
      const store = KeyValueStore.makeStringOnly({
        get: () => Effect.suspend(() => broken[turn++] ?? Effect.succeedNone),
        set: () => Effect.void,
        remove: () => Effect.void,
        clear: Effect.void,
        size: Effect.succeed(0)
      })
      const register = keyValueRegister.make(store)
      const turns = Array.from({ length: 3 }, () => Effect.exit(register.read(name)))
      const ends = yield* Effect.all(turns, { concurrency: "unbounded" })
      assert.deepStrictEqual(ends.map(Exit.isSuccess), [false, false, true])
    })
  )
})
