import { assert, describe, it } from "@effect/vitest"
import * as Credentials from "@effect-clickatell/core/Credentials"
import { Cause, Context, Duration, Effect, Exit, Layer, Redacted, Tracer } from "effect"
import { inspect } from "node:util"
import { crowd, ended, ends } from "./stage.ts"
import { credentials, secrets } from "./support.ts"
import * as virtualTime from "./virtualTime.ts"

type Answer = Effect.Effect<Credentials.Credentials, string>

/** Answers the n-th time with the n-th of these, the last one from then on, and counts how often it was asked. */
const answering = (...answers: ReadonlyArray<Answer>) => {
  const asked = { times: 0 }
  const provider = Effect.suspend(() => {
    asked.times += 1
    return answers[Math.min(asked.times, answers.length) - 1] ?? Effect.die("no answer")
  })
  return { asked, provider }
}

const giving = (...passwords: ReadonlyArray<string>) =>
  answering(...passwords.map((password) => Effect.succeed(credentials(password))))

const passwordOf = (given: Credentials.Credentials) => Redacted.value(given.password)

/** A memory in a world of its own, and what there is to know of it. */
const make = (
  { asked, provider }: { readonly asked: { times: number }; readonly provider: Answer },
  ttl: Duration.DurationInput = "10 minutes"
) => {
  const world = virtualTime.make("remembered")
  const cached = world.now(Credentials.cached(provider, ttl))
  return { world, cached, asked, password: () => passwordOf(world.now(cached)) }
}

const second = (effect: Answer): Answer => Effect.delay(effect, "1 second")

describe("credentials that are remembered", () => {
  it("are asked for once in their time, and again after it", () => {
    const { asked, password, world } = make(giving("first", "second"))
    assert.strictEqual(asked.times, 0)
    assert.deepStrictEqual([password(), password(), asked.times], ["first", "first", 1])
    world.advance(Duration.millis(10 * 60_000 - 1))
    assert.deepStrictEqual([password(), asked.times], ["first", 1])
    world.advance("1 milli")
    assert.deepStrictEqual([password(), password(), asked.times], ["second", "second", 2])
  })

  it("are as old as the question to which they are the answer", () => {
    const { asked, cached, password, world } = make(answering(second(Effect.succeed(credentials()))), "10 seconds")
    world.fork(cached)
    world.advance("9 seconds")
    assert.deepStrictEqual([password(), asked.times], [secrets.password, 1])
    world.advance("1 second")
    world.fork(cached)
    assert.strictEqual(asked.times, 2)
  })

  it("are old as well where only the wall clock has gone on, and not younger where it was set back", () => {
    const slept = make(giving("first", "second"))
    slept.password()
    slept.world.jump(Duration.minutes(10), 1)
    assert.strictEqual(slept.password(), "second")
    slept.world.jump(Duration.days(1), -1)
    slept.world.advance("10 minutes")
    slept.password()
    assert.strictEqual(slept.asked.times, 3)
  })

  it("are asked for again once they were wiped from memory", () => {
    const first = credentials("first")
    const { asked, password } = make(answering(Effect.succeed(first), Effect.succeed(credentials("second"))))
    password()
    Redacted.unsafeWipe(first.user)
    assert.deepStrictEqual([password(), asked.times], ["second", 2])
  })

  it("are handed on and not remembered where no request can carry them", () => {
    const empty = { ...credentials(), password: Redacted.make("") }
    const { asked, password } = make(answering(Effect.succeed(empty), Effect.succeed(credentials())))
    assert.deepStrictEqual([password(), password(), asked.times], ["", secrets.password, 2])
  })

  it("show nothing of themselves", () => {
    const { cached, password, world } = make(giving(secrets.password))
    password()
    const shown = inspect([cached, world.now(cached)], { depth: 20, showHidden: true }) + JSON.stringify([cached])
    for (const secret of Object.values(secrets)) assert.notInclude(shown, secret)
  })

  it("may be taken by a pipe, and each memory is one of its own", () => {
    const { asked, provider } = giving("first", "second")
    const world = virtualTime.make("two")
    const [one, other] = [0, 1].map(() => world.now(provider.pipe(Credentials.cached("1 minute"))))
    const passwords = [one, other, one, other].map((it) => it && passwordOf(world.now(it)))
    assert.deepStrictEqual([passwords, asked.times], [["first", "second", "first", "second"], 2])
  })

  it.each(["0 millis", -1, Number.NaN, "25 days", Duration.infinity] as ReadonlyArray<Duration.DurationInput>)(
    "are not remembered for %s",
    (ttl) => {
      const exit = virtualTime.make("ttl").now(Effect.exit(Credentials.cached(giving("one").provider, ttl)))
      assert.match(String(exit), /credentials ttl .*set a time above 0 and up to 24\.8 days/)
    }
  )
})

describe("a provider that is asked for what is remembered", () => {
  it("is asked once by a hundred callers, and tells each of them", () => {
    const { asked, cached, world } = make(answering(second(Effect.succeed(credentials()))))
    const callers = crowd(world, 100, cached)
    world.advance("1 second")
    assert.deepStrictEqual([ends(callers), asked.times], [["ok"], 1])
  })

  it.each<[string, Answer, string]>([
    ["fails", Effect.fail("sealed"), "sealed"],
    ["dies", Effect.die(new Error("vault")), "defect"],
    ["interrupts itself", Effect.interrupt, "interrupted"]
  ])("and %s tells those who wait, and is asked anew by the next", (_, broken, expected) => {
    const { asked, cached, password, world } = make(answering(second(broken), Effect.succeed(credentials())))
    const callers = crowd(world, 10, cached)
    world.advance("1 second")
    assert.deepStrictEqual([ends(callers), asked.times], [[expected], 1])
    assert.deepStrictEqual([password(), asked.times], [secrets.password, 2])
  })

  it("and fails when the time is over leaves nothing behind of what there was", () => {
    const { cached, password, world } = make(
      answering(Effect.succeed(credentials("first")), Effect.fail("sealed"), Effect.succeed(credentials("third")))
    )
    password()
    world.advance("10 minutes")
    assert.strictEqual(ended(world.fork(cached)), "sealed")
    assert.strictEqual(password(), "third")
  })

  it("goes on for the others when the first of them leaves, and whoever comes then shares it", () => {
    const { asked, cached, world } = make(answering(second(Effect.succeed(credentials()))))
    const first = world.fork(cached)
    const other = world.fork(cached)
    world.now(Effect.asVoid(Effect.sync(() => first.unsafeInterruptAsFork(first.id()))))
    const late = world.fork(cached)
    world.advance("1 second")
    assert.deepStrictEqual([ended(first), ended(other), ended(late), asked.times], ["interrupted", "ok", "ok", 1])
  })

  it("is interrupted when the last one has left, and asked anew by the next", () => {
    let interruptions = 0
    const hanging = Effect.onInterrupt(Effect.never, () => Effect.sync(() => (interruptions += 1)))
    const { cached, password, world } = make(answering(hanging, Effect.succeed(credentials())))
    const callers = crowd(world, 3, Effect.timeout(cached, "1 second"))
    world.advance("1 second")
    assert.deepStrictEqual([ends(callers), interruptions], [["TimeoutException"], 1])
    assert.strictEqual(password(), secrets.password)
    assert.deepStrictEqual([world.timers(), world.alive()], [0, 0])
  })

  it("and hangs for those who wait for ever is shared by nobody who comes half a minute later", () => {
    const { asked, cached, password, world } = make(answering(Effect.never, Effect.succeed(credentials())))
    const first = world.fork(cached)
    world.advance("29 seconds")
    const second = world.fork(cached)
    assert.strictEqual(asked.times, 1)
    world.advance("1 second")
    assert.deepStrictEqual([password(), asked.times], [secrets.password, 2])
    assert.deepStrictEqual(ends([first, second]), ["waiting"])
  })

  it("and ends after another was asked in its place is not remembered", () => {
    const { cached, password, world } = make(
      answering(Effect.delay(Effect.succeed(credentials("old")), "1 minute"), Effect.succeed(credentials("new")))
    )
    const first = world.fork(cached)
    world.advance("30 seconds")
    assert.strictEqual(password(), "new")
    world.advance("30 seconds")
    assert.deepStrictEqual([ended(first), password()], ["ok", "new"])
  })

  it("always hangs where nothing can interrupt it is asked twice, however many come and go", () => {
    const { asked, cached, world } = make(answering(Effect.uninterruptible(Effect.never)))
    for (let turn = 0; turn < 50; turn++) {
      const caller = world.fork(Effect.timeout(cached, "31 seconds"))
      world.advance("32 seconds")
      assert.strictEqual(ended(caller), "TimeoutException")
    }
    assert.strictEqual(asked.times, 2)
    // Those two, and nothing of the others.
    assert.strictEqual(world.alive(), 2)
  })

  it("runs in the context in which the memory was made, outside its span, whoever asks", () => {
    class Vault extends Context.Tag("Vault")<Vault, string>() {}
    const world = virtualTime.make("context")
    const seen: Array<unknown> = []
    const provider = Effect.gen(function* () {
      seen.push(yield* Vault, yield* Effect.serviceOption(Tracer.ParentSpan))
      return credentials(yield* Vault)
    })
    const cached = world.now(
      Credentials.cached(provider, "1 minute").pipe(
        Effect.withSpan("building"),
        Effect.provide(Layer.succeed(Vault, "the memory's"))
      )
    )
    const given = world.now(cached.pipe(Effect.provideService(Vault, "the caller's"), Effect.withSpan("calling")))
    assert.strictEqual(passwordOf(given), "the memory's")
    assert.strictEqual(seen[0], "the memory's")
    assert.include(inspect(seen[1]), "None")
  })

  it("gives its failure as it is to whoever asks without a session", () => {
    const { cached, world } = make(answering(Effect.fail("sealed")))
    const exit = world.now(Effect.exit(cached))
    assert.deepStrictEqual(Exit.isFailure(exit) && Cause.squash(exit.cause), "sealed")
  })
})
