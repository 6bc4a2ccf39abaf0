import { assert, describe, it } from "@effect/vitest"
import type { CommandError } from "@effect-clickatell/core/Errors"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Retry from "@effect-clickatell/core/Retry"
import { Duration, Effect, Exit, Random, Schedule } from "effect"
import { api, fault, invalid, malformed, refused, status, transport } from "./errors.ts"
import { seeded } from "./support.ts"

/** The delays that a policy asks for, by a schedule that writes them down instead of waiting. */
const printed = <In>(schedule: Schedule.Schedule<unknown, In>, inputs: ReadonlyArray<In>, most = inputs.length) =>
  Effect.gen(function* () {
    const seen: Array<number> = []
    const driver = yield* Schedule.driver(
      Schedule.modifyDelay(schedule, (_, delay) => {
        seen.push(Duration.toMillis(delay))
        return Duration.zero
      })
    )
    for (let step = 0; step < most; step++) {
      const input = inputs[step % inputs.length]
      if (input === undefined || Exit.isFailure(yield* Effect.exit(driver.next(input)))) break
    }
    return seen.map(Math.round)
  })

const repeated = <A>(value: A, count: number): ReadonlyArray<A> => Array.from({ length: count }, () => value)

describe("ceiling", () => {
  const rows: ReadonlyArray<readonly [CommandError, number]> = [
    [transport("Connect"), 3],
    [transport("Dns"), 1],
    [transport("Tls"), 0],
    [transport("Timeout"), 2],
    [transport("Timeout", { phase: "body" }), 2],
    [transport("Reset"), 2],
    [transport("Reset", { phase: "body" }), 1],
    [transport("Protocol"), 1],
    [transport("Redirect"), 0],
    [transport("BodyTooLarge"), 0],
    [transport("Status"), 0],
    ...[408, 429, 502, 503, 504].map((code) => [status(code), 3] as const),
    ...[200, 301, 400, 401, 403, 404, 405, 407, 410, 415, 500, 501, 505].map((code) => [status(code), 0] as const),
    [transport("Status", { status: 429, retryAfter: Duration.seconds(60) }), 3],
    [transport("Status", { status: 429, retryAfter: Duration.millis(60_001) }), 0],
    [transport("Timeout", { retryAfter: Duration.days(1) }), 0],
    [malformed("Empty"), 1],
    [malformed("NotWellFormed"), 1],
    [malformed("WrongOperation"), 1],
    [malformed("UnrecognisedReturn"), 1],
    ...(
      [
        "Encoding",
        "DtdForbidden",
        "IllegalCharacter",
        "TooDeep",
        "NotSoap",
        "UnexpectedContent",
        "MustUnderstand",
        "MissingReturn",
        "MultipleReturn",
        "NilReturn",
        "ReferencedReturn",
        "AmbiguousReturn",
        "BadSessionId"
      ] as const
    ).map((reason) => [malformed(reason), 0] as const),
    [fault("Server"), 1],
    [fault("SOAP-ENV:Server"), 1],
    [fault("env:Receiver"), 1],
    [fault("s:Server.Busy"), 1],
    [fault("Client"), 0],
    [fault("SOAP-ENV:Client"), 0],
    [fault("env:Sender"), 0],
    [fault("ServerLike"), 0],
    [fault("NotServer"), 0],
    [fault(""), 0],
    [api("901"), 3],
    [api("130"), 0],
    [api("001"), 0],
    [api("777"), 0],
    [api(""), 0],
    [refused("SessionNotAccepted"), 0],
    [refused("BadCredentials"), 0],
    [refused("LoginBudgetExceeded"), 0],
    [refused("SessionClosed"), 0],
    [invalid("to"), 0]
  ]

  it.each(rows)("of %o is %i", (error, ceiling) => {
    assert.strictEqual(Retry.ceiling(error), ceiling)
  })

  it.effect.each(rows)("of %o is what the policies keep to", ([error, ceiling]) =>
    Effect.gen(function* () {
      assert.strictEqual((yield* printed(Retry.idempotent, repeated(error, 10))).length, ceiling)
      assert.strictEqual((yield* printed(Retry.login, repeated(error, 10))).length, Math.min(2, ceiling))
    })
  )
})

describe("idempotent", () => {
  it.effect("waits 0.5, 1 and 2 seconds, less up to a fifth", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* printed(Retry.idempotent, repeated(transport("Connect"), 9)), [408, 988, 1992])
    }).pipe(seeded("idempotent"))
  )

  it.effect("sends again at once after the first broken connection alone", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* printed(Retry.idempotent, repeated(transport("Reset"), 9)), [0, 815])
      const later = [transport("Connect"), transport("Reset")]
      const [, second = 0] = yield* printed(Retry.idempotent, later)
      assert.isAtLeast(second, 800)
    }).pipe(seeded("idempotent"))
  )

  it.effect("waits for as long as it is told to", () =>
    Effect.gen(function* () {
      const busy = transport("Status", { status: 503, retryAfter: Duration.seconds(7) })
      assert.deepStrictEqual(yield* printed(Retry.idempotent, repeated(busy, 9)), [7000, 7000, 7000])
      const reset = transport("Reset", { retryAfter: Duration.seconds(7) })
      assert.deepStrictEqual(yield* printed(Retry.idempotent, [reset]), [7000])
    })
  )

  it.effect("counts all retries of one call against the ceiling of the error met last", () =>
    Effect.gen(function* () {
      const errors = [transport("Connect"), transport("Connect"), transport("Timeout")]
      assert.strictEqual((yield* printed(Retry.idempotent, errors)).length, 2)
      const worse = [transport("Connect"), malformed("Empty")]
      assert.strictEqual((yield* printed(Retry.idempotent, worse)).length, 1)
      assert.strictEqual(
        (yield* printed(Retry.idempotent, [transport("Connect"), refused("BadCredentials")])).length,
        1
      )
    })
  )

  it.effect("stays within its bounds, and reaches them", () =>
    Effect.gen(function* () {
      const all = yield* Effect.replicateEffect(printed(Retry.idempotent, repeated(transport("Connect"), 3)), 300)
      for (const [step, base] of [500, 1000, 2000].entries()) {
        const delays = all.map((delays) => delays[step] ?? 0)
        assert.isAtLeast(Math.min(...delays), 0.8 * base)
        assert.isAtMost(Math.max(...delays), base)
        assert.isBelow(Math.min(...delays), 0.81 * base)
        assert.isAbove(Math.max(...delays), 0.99 * base)
      }
    }).pipe(seeded("bounds"))
  )
})

describe("login", () => {
  it.effect("waits 4 and 8 seconds, and up to a fifth more", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* printed(Retry.login, repeated(transport("Timeout"), 9)), [4532, 9053])
      assert.deepStrictEqual(yield* printed(Retry.login, repeated(transport("Reset"), 9)), [4387, 9111])
    }).pipe(seeded("login"))
  )

  it.effect("stays within its bounds", () =>
    Effect.gen(function* () {
      const all = yield* Effect.replicateEffect(printed(Retry.login, repeated(transport("Connect"), 3)), 300)
      for (const [step, base] of [4000, 8000].entries()) {
        const delays = all.map((delays) => delays[step] ?? 0)
        assert.isAtLeast(Math.min(...delays), base)
        assert.isAtMost(Math.max(...delays), 1.2 * base)
        assert.isAbove(Math.max(...delays), 1.19 * base)
      }
    }).pipe(seeded("bounds"))
  )
})

describe("keepAlive", () => {
  it.effect("waits 5, 15, 45 and then 60 seconds without end, less up to a fifth", () =>
    Effect.gen(function* () {
      const seen = yield* printed(Retry.keepAlive, repeated<CommandError>(transport("Connect"), 100))
      assert.deepStrictEqual(seen.slice(0, 8), [4147, 14_435, 40_960, 58_126, 57_721, 56_300, 58_140, 50_126])
      assert.strictEqual(seen.length, 100)
      assert.isAtLeast(Math.min(...seen.slice(3)), 48_000)
      assert.isAtMost(Math.max(...seen), 60_000)
    }).pipe(seeded("keepAlive"))
  )
})

describe("renewal", () => {
  it.effect("waits 60 seconds, and up to a fifth more, without end", () =>
    Effect.gen(function* () {
      const seen = yield* printed(Retry.renewal, repeated<CommandError>(transport("Connect"), 500))
      assert.deepStrictEqual(seen.slice(0, 4), [63_974, 66_797, 70_310, 67_197])
      assert.isAtLeast(Math.min(...seen), 60_000)
      assert.isAtMost(Math.max(...seen), 72_000)
      assert.isAbove(Math.max(...seen), 71_700)
      assert.strictEqual(seen.length, 500)
    }).pipe(seeded("renewal"))
  )
})

describe("whenIdle", () => {
  it.effect("waits for the interval, less up to a fifth, less what has passed", () =>
    Effect.gen(function* () {
      const idle = [0, 0, 180, 400, 601].map(Duration.seconds)
      const schedule = KeepAlive.whenIdle("10 minutes")
      assert.deepStrictEqual(yield* printed(schedule, idle), [566_254, 515_540, 366_176, 122_948, 0])
      const many = yield* printed(schedule, repeated(Duration.zero, 500))
      assert.isAtLeast(Math.min(...many), 480_000)
      assert.isAtMost(Math.max(...many), 600_000)
    }).pipe(seeded("whenIdle"))
  )
})

describe("every policy", () => {
  it.effect("asks for whole milliseconds, since no timer counts less", () =>
    Effect.gen(function* () {
      const policies = {
        idempotent: Retry.idempotent,
        login: Retry.login,
        keepAlive: Retry.keepAlive,
        renewal: Retry.renewal
      }
      for (const policy of Object.values(policies)) {
        const seen: Array<number> = []
        const driver = yield* Schedule.driver(
          Schedule.modifyDelay(policy, (_, delay) => {
            seen.push(Duration.toMillis(delay))
            return Duration.zero
          })
        )
        yield* Effect.ignore(Effect.forEach(repeated(transport("Connect"), 5), (error) => driver.next(error)))
        assert.isTrue(seen.every(Number.isInteger))
      }
    })
  )

  it.effect("draws its jitter from the Random of the fiber", () =>
    Effect.gen(function* () {
      const draw = printed(Retry.keepAlive, repeated<CommandError>(transport("Connect"), 4))
      const one = yield* Effect.withRandom(draw, Random.make("one"))
      assert.deepStrictEqual(yield* Effect.withRandom(draw, Random.make("one")), one)
      assert.notDeepEqual(yield* Effect.withRandom(draw, Random.make("two")), one)
    })
  )
})
