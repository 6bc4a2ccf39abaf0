import { assert, describe, it } from "@effect/vitest"
import { TransportError } from "@effect-clickatell/core/Errors"
import * as KeepAlive from "@effect-clickatell/core/KeepAlive"
import * as Session from "@effect-clickatell/core/Session"
import * as Transport from "@effect-clickatell/core/Transport"
import { Context, Effect, Exit, Layer, Scope } from "effect"
import type { Moment } from "./moments.ts"
import { begin, logIn, moments } from "./moments.ts"
import * as Scripted from "./scriptedTransport.ts"
import { ended, ends, make } from "./stage.ts"
import { GetBalance, isQuick, ofMap, said, SendMsg, start } from "./support.ts"
import * as VirtualTime from "./virtualTime.ts"

describe("closing", () => {
  it("leaves alone a credentials provider that hangs, whatever step it comes before", () => {
    for (let steps = 0; steps < 120; steps += isQuick ? 7 : 1) {
      let operations = 0
      // Fibers make way at another operation in each round, so that the end comes between any two.
      const yields = () => (operations += 1) % (17 + (steps % 20)) === 0
      const world = VirtualTime.make("yields", { next: () => 0, yields })
      const stage = make("closed while it is read", { world, credentials: Effect.never })
      stage.world.launch(stage.session.open)
      for (let left = steps / 20; left > 0 && stage.world.step(); left--);
      stage.close()
      // `Effect.timeout` may miss an interruption in the step in which it begins, and then waits for its end.
      stage.world.advance("30 seconds")
      assert.deepStrictEqual([steps, stage.world.alive(), stage.world.timers()], [steps, 0, 0])
    }
  })

  const closings: ReadonlyArray<Moment> = [
    ...moments,
    {
      name: "while a command is under way",
      arrange: (stage) => {
        logIn(stage)
        stage.server.always("getbalance", Scripted.never)
      },
      call: ({ session }) => session.execute(GetBalance),
      after: "1 second"
    },
    {
      name: "in the back-off of a command",
      arrange: (stage) => {
        logIn(stage)
        stage.server.always("getbalance", Scripted.status(503, "50 seconds"))
      },
      call: ({ session }) => session.execute(GetBalance),
      after: "1 second"
    },
    {
      name: "while an effect of a caller's has the id",
      arrange: logIn,
      call: ({ session }) => session.use(() => Effect.never),
      after: "1 second"
    },
    {
      name: "while a check is under way",
      arrange: (stage) => {
        logIn(stage)
        stage.server.next("ping", Scripted.never)
      },
      call: ({ session }) => session.check,
      after: "1 second"
    },
    {
      name: "while the transport does not let go",
      arrange: (stage) => {
        logIn(stage)
        stage.server.always("getbalance", () => Effect.uninterruptible(Effect.never))
      },
      call: ({ session }) => session.execute(GetBalance),
      after: "1 second"
    }
  ]

  for (const moment of closings) {
    it(`${moment.name} tells every caller so in under a second, and leaves no timer of the session`, () => {
      const { callers, stage } = begin(moment)
      stage.close()
      stage.world.advance("900 millis")
      assert.deepStrictEqual(ends(callers), ["AuthFailed SessionClosed"])
      // A transport that does not let go keeps its own.
      if (!moment.name.includes("let go")) assert.strictEqual(stage.world.timers(), 0)
    })
  }

  for (const moment of closings) {
    it(`${moment.name} does so too where nothing can interrupt the caller`, () => {
      const { callers, stage } = begin(moment, Effect.uninterruptible)
      stage.close()
      stage.world.advance("900 millis")
      assert.deepStrictEqual(ends(callers), ["AuthFailed SessionClosed"])
    })
  }

  it("leaves the caller its own error where that came first, since it says whether the service may have acted", () => {
    const server = Scripted.make()
    let resume: Parameters<Parameters<typeof Transport.async>[0]>[0] | undefined
    const send = Transport.async((given) => {
      resume = given
      return () => {}
    })
    const layer = Layer.map(server.layer, (context) => {
      const transport = Context.get(context, Transport.Transport)
      return Context.add(context, Transport.Transport, {
        ...transport,
        send: (envelope) => (envelope.operation === "sendmsg" ? send : transport.send(envelope))
      })
    })
    // What is runnable last runs first: the end of the session before the caller, who has been called back.
    const world = VirtualTime.make("error first", { next: (runnable) => runnable - 1, yields: () => false })
    const stage = make("error first", { world, server: { ...server, layer } })
    logIn(stage)
    const caller = stage.world.fork(stage.session.execute(SendMsg({ text: "hello" })))
    stage.world.advance("1 second")
    const reset = new TransportError({ operation: "sendmsg", reason: "Reset", phase: "headers", mayHaveReached: true })
    resume?.(Exit.fail(reset))
    stage.close()
    stage.world.advance("1 second")
    assert.strictEqual(ended(caller), said(reset))
  })

  it.skipIf(ofMap)("leaves nothing of a keep-alive whose own scope is still open", () => {
    const stage = make("closed under a keep-alive")
    const { session, world } = stage
    const scope = world.now(Scope.make())
    const layer = KeepAlive.layer().pipe(Layer.provide(Layer.succeed(Session.Session, session)))
    world.now(Scope.extend(Layer.build(layer), scope))
    logIn(stage)
    assert.strictEqual(world.timers(), 1)
    stage.close()
    assert.strictEqual(world.timers(), 0)
  })

  it("is told at once to a call from a finalizer that runs after it, and one that runs before it works", () => {
    const { world, server } = make("finalizers")
    const scope = world.now(Scope.make())
    const outcomes: Array<string> = []
    const finalize = (call: Effect.Effect<void, unknown>) =>
      Effect.addFinalizer(() => Effect.map(Effect.exit(call), (exit) => outcomes.push(exit._tag)))
    let late: Effect.Effect<void, unknown> = Effect.void
    world.now(
      Scope.extend(
        Effect.gen(function* () {
          yield* finalize(Effect.suspend(() => late))
          const session = yield* start(server)
          late = session.ping
          yield* finalize(session.ping)
        }),
        scope
      )
    )
    world.fork(Scope.close(scope, Exit.void))
    world.advance("1 second")
    assert.deepStrictEqual(outcomes, ["Success", "Failure"])
  })

  it("is the last event, also for a reader with more than it can hold", () => {
    const stage = make("full reader")
    const { session, world } = stage
    const scope = world.now(Scope.make())
    const queue = world.now(Scope.extend(session.subscribe, scope))
    for (let turn = 0; turn < 2000; turn++) world.now(session.reset)
    stage.close()
    const last = world.now(Effect.map(queue.takeAll, (all) => [...all].at(-1)?._tag))
    assert.strictEqual(last, "Closed")
  })

  it("lets later calls fail without a request, of every kind", () => {
    const stage = make("after the end")
    stage.close()
    const { session } = stage
    const calls = [
      session.ping,
      session.check,
      session.open,
      session.execute(GetBalance),
      session.use(() => Effect.void)
    ]
    const callers = calls.map((call) => stage.world.fork<unknown, unknown>(call))
    assert.deepStrictEqual(ends(callers), ["AuthFailed SessionClosed"])
    assert.deepStrictEqual(stage.server.log, [])
  })
})
