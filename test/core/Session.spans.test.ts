import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { inspect } from "node:util"
import * as Scripted from "./scriptedTransport.ts"
import type { Stage } from "./stage.ts"
import { crowd, make } from "./stage.ts"
import { credentials, secrets } from "./support.ts"
import type { Seen } from "./tracing.ts"
import { recorder } from "./tracing.ts"

const logIn = (stage: Stage) => {
  stage.world.fork(stage.session.open)
  stage.world.advance("1 second")
}

const trees = (spans: ReadonlyArray<Seen>) =>
  spans.map(({ links, name, parent }) => [name, parent ?? "root", ...links.map((link) => `-> ${link}`)].join(" "))

describe("spans", () => {
  it("of a login have no parent, whoever asked first, and the waiting of each caller is linked to it", () => {
    const { named, within } = recorder()
    const stage = make("login spans", { within, service: { latency: "2 seconds" } })
    const call = (name: string) => stage.world.fork(within(Effect.withSpan(stage.session.open, name)))
    call("first")
    call("second")
    stage.world.advance("5 seconds")
    assert.deepStrictEqual(trees(named("clickatell.Webservice/auth")), ["clickatell.Webservice/auth 1 root"])
    assert.deepStrictEqual(trees(named("clickatell.session.open")), [
      "clickatell.session.open 1 first 1",
      "clickatell.session.open 2 second 1"
    ])
    assert.deepStrictEqual(trees(named("clickatell.session.login")), [
      "clickatell.session.login 1 clickatell.session.open 1 -> clickatell.Webservice/auth 1",
      "clickatell.session.login 2 clickatell.session.open 2 -> clickatell.Webservice/auth 1"
    ])
    const [login] = named("clickatell.Webservice/auth")
    assert.strictEqual(login && Number(login.endedAt - login.startedAt) / 1e9, 2)
  })

  it("of a login are no part of the span in which its session was built", () => {
    const { named, within } = recorder()
    const stage = make("built in a span", {
      within: (effect) => within(Effect.withSpan(effect, "build")),
      keepAlive: {}
    })
    logIn(stage)
    stage.world.advance("10 minutes")
    for (const operation of ["auth", "ping"])
      assert.deepStrictEqual(trees(named(`clickatell.Webservice/${operation}`)), [
        `clickatell.Webservice/${operation} 1 root`
      ])
  })

  it("of what callers share, and of the provider, are no part of it either", () => {
    const { named, within } = recorder()
    const stage = make("shared, built in a span", {
      within: (effect) => within(Effect.withSpan(effect, "build")),
      credentials: Effect.withSpan(Effect.sync(credentials), "provider")
    })
    stage.world.fork(within(stage.session.ping))
    stage.world.advance("1 second")
    for (const name of ["provider", "clickatell.session.login", "clickatell.session.ping"])
      assert.deepStrictEqual(
        named(name).map(({ parent }) => parent),
        [undefined],
        name
      )
  })

  it("of a wait for a login that was never sent are linked to no earlier one", () => {
    const { named, within } = recorder()
    const stage = make("unsent login", { within })
    logIn(stage)
    stage.world.now(stage.session.reset)
    stage.server.next("auth", Scripted.err("777"))
    stage.world.fork(within(stage.session.open))
    stage.world.advance("20 seconds")
    assert.deepStrictEqual(named("clickatell.session.login").at(-1)?.links, ["clickatell.Webservice/auth 2"])
  })

  it("of a wait in which the provider failed are linked to no login", () => {
    const { named, within } = recorder()
    let fails = false
    const stage = make("unread credentials", {
      within,
      credentials: Effect.suspend(() => (fails ? Effect.fail("vault") : Effect.succeed(credentials())))
    })
    logIn(stage)
    fails = true
    stage.world.now(stage.session.reset)
    stage.world.fork(within(stage.session.open))
    stage.world.advance("20 seconds")
    assert.deepStrictEqual(named("clickatell.session.login").at(-1)?.links, [])
  })

  it("of a use name its failure and hold neither the caller's error nor its value", () => {
    const { named, within } = recorder()
    const stage = make("use span", { within })
    stage.world.fork(within(stage.session.use((id) => Effect.fail({ _tag: "Mine", text: secrets.password, id }))))
    stage.world.advance("1 second")
    const [use] = named("clickatell.session.use")
    assert.strictEqual(use?.attributes.get("error.type"), "Mine")
    assert.notInclude(inspect(use?.exit, { depth: 20 }), secrets.password)
  })

  it("of the keep-alive's pings belong to no trace of whoever built the layer", () => {
    const { named, within } = recorder()
    const stage = make("keep-alive spans", { keepAlive: {}, within: (it) => within(Effect.withSpan(it, "startup")) })
    logIn(stage)
    stage.world.advance("1 hour")
    const pings = named("clickatell.Webservice/ping")
    assert.isAbove(pings.length, 4)
    assert.deepStrictEqual([...new Set(pings.map(({ parent }) => parent))], [undefined])
  })

  it("of 100 callers of one ping are all linked to its one request", () => {
    const { named, within } = recorder()
    const stage = make("ping spans", { within })
    logIn(stage)
    crowd(stage.world, 100, within(stage.session.ping))
    stage.world.advance("1 second")
    const calls = named("clickatell.Webservice/ping")
    assert.strictEqual(calls.length, 100)
    assert.deepStrictEqual([...new Set(calls.flatMap(({ links }) => links))], ["clickatell.session.ping 1"])
  })
})
