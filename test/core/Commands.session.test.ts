import * as Commands from "@effect-clickatell/core/Commands"
import * as Session from "@effect-clickatell/core/Session"
import * as SessionMap from "@effect-clickatell/core/SessionMap"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { styles } from "./messages.ts"
import { credentials, errorOf } from "./support.ts"

const answer = () => "OK: This prefix is currently supported. Charge: 1"

describe.each(styles)("a session in %s", (style) => {
  const name = style === "rpc-encoded" ? "routeCoverage" : "routecoverage"
  const world = Emulator.layerTransport({ style }).pipe(
    Layer.provideMerge(Emulator.layer({ credentials: "any", commands: { [name]: answer } }))
  )
  const cover = (session: Session.Session["Type"]) =>
    Effect.gen(function* () {
      const emulator = yield* Emulator.Emulator
      const names = Effect.map(emulator.log, (log) => log.map(({ operation }) => operation))
      const wrong = errorOf(yield* Effect.exit(session.execute(Commands.routeCoverage("+27"))))
      assert.deepInclude({ ...wrong }, { _tag: "InvalidParameters", operation: name, parameters: ["to"] })
      assert.deepStrictEqual(yield* names, [])
      assert.strictEqual((yield* session.execute(Commands.routeCoverage("27")))._tag, "Covered")
      yield* emulator.expireSessions
      assert.strictEqual((yield* session.execute(Commands.routeCoverage("27")))._tag, "Covered")
      assert.deepStrictEqual(yield* names, ["auth", name, name, "auth", name])
    })

  it.scoped("asks for coverage by that style's name, and again after the session was lost", () =>
    Effect.gen(function* () {
      yield* cover(yield* Session.make({ credentials: Effect.succeed(credentials()) }))
    }).pipe(Effect.provide(world))
  )

  it.scoped("does so as one of many", () =>
    Effect.gen(function* () {
      const map = yield* SessionMap.make({ credentials: () => Effect.succeed(credentials()), keepAlive: false })
      yield* cover(map.get("account"))
    }).pipe(Effect.provide(world))
  )
})
