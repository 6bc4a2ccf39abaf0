// What a session makes of credentials that are remembered for it.
import { assert, describe, it } from "@effect/vitest"
import * as Credentials from "@effect-clickatell/core/Credentials"
import { Effect } from "effect"
import * as Scripted from "./scriptedTransport.ts"
import type { Setting } from "./stage.ts"
import { crowd, ended, ends, make } from "./stage.ts"
import { credentials } from "./support.ts"
import * as virtualTime from "./virtualTime.ts"

const sends = (password: string) => (xml: string) => xml.includes(`>${password}<`)

/** A secret store in which the password can be changed, and what is remembered of it for a day. */
const vault = (read: Effect.Effect<unknown> = Effect.void) => {
  const store = { password: "old", asked: 0 }
  const world = virtualTime.make("vault")
  const provider = Effect.zipRight(
    read,
    Effect.sync(() => {
      store.asked += 1
      return credentials(store.password)
    })
  )
  return { store, world, cached: world.now(Credentials.cached(provider, "1 day")) }
}

/** A session that reads them, at a service that refuses the old password as soon as it is told to. */
const client = ({ cached, world }: ReturnType<typeof vault>, setting: Setting = {}) => {
  const stage = make("client", { world, credentials: cached, ...setting })
  const refuseOld = () =>
    stage.server.always("auth", (request) =>
      sends("old")(request.xml) ? Scripted.err("001")(request) : stage.server.honest(request)
    )
  const ping = () => {
    const caller = world.fork(stage.session.ping)
    world.advance("1 second")
    return ended(caller)
  }
  return { ...stage, refuseOld, ping, sentWith: (it: string) => stage.server.sent.filter(sends(it)).length }
}

describe("a session whose credentials are remembered", () => {
  it("logs in again without asking the provider", () => {
    const { store, ...rest } = vault()
    const { ping, sent, world } = client({ store, ...rest })
    ping()
    world.advance("1 hour")
    assert.deepStrictEqual([ping(), sent("auth"), store.asked], ["ok", 2, 1])
  })

  it("is refused once with a password that was changed, and has the new one at its next use", () => {
    const remembered = vault()
    const { ping, refuseOld, sentWith, world } = client(remembered)
    ping()
    refuseOld()
    remembered.store.password = "new"
    world.advance("1 hour")
    assert.strictEqual(ping(), "AuthFailed BadCredentials 001")
    assert.deepStrictEqual([ping(), sentWith("old"), remembered.store.asked], ["ok", 2, 2])
    world.advance("1 hour")
    assert.deepStrictEqual([ping(), remembered.store.asked], ["ok", 2])
  })

  it("has the provider asked anew after a reset, whether it was used since its refusal or not", () => {
    const remembered = vault()
    const { ping, refuseOld, sentWith, session, world } = client(remembered)
    refuseOld()
    assert.strictEqual(ping(), "AuthFailed BadCredentials 001")
    remembered.store.password = "new"
    world.now(session.reset)
    assert.deepStrictEqual([ping(), sentWith("old"), remembered.store.asked], ["ok", 1, 2])
  })

  it("does not wait after a reset for a read of the time before it", () => {
    let turn = 0
    const remembered = vault(Effect.suspend(() => (turn++ === 0 ? Effect.sleep("20 seconds") : Effect.void)))
    const { session, world } = client(remembered)
    const caller = world.fork(session.ping)
    remembered.store.password = "new"
    world.now(session.reset)
    world.advance("1 second")
    assert.deepStrictEqual([ended(caller), remembered.store.asked], ["ok", 1])
  })

  it("has the provider asked once in half a minute while it has nothing else to give", () => {
    const remembered = vault()
    const { refuseOld, sentWith, session, world } = client(remembered)
    refuseOld()
    world.fork(session.ping)
    world.advance("1 second")
    const before = remembered.store.asked
    for (let turn = 0; turn < 10; turn++) {
      const callers = crowd(world, 100, session.ping)
      world.advance("30 seconds")
      assert.deepStrictEqual(ends(callers), ["AuthFailed BadCredentials 001"])
    }
    assert.strictEqual(sentWith("old"), 1)
    assert.isAtMost(remembered.store.asked - before, 10)
  })

  it("takes nothing from another one that was refused nothing", () => {
    const remembered = vault()
    const [refused, good] = [client(remembered), client(remembered)]
    refused.refuseOld()
    refused.ping()
    assert.deepStrictEqual([good.ping(), remembered.store.asked], ["ok", 1])
    refused.ping()
    assert.strictEqual(remembered.store.asked, 2)
  })

  it.each<[string, Effect.Effect<unknown>]>([
    ["hangs", Effect.never],
    ["hangs where nothing can interrupt it", Effect.uninterruptible(Effect.never)],
    ["dies", Effect.delay(Effect.dieMessage("vault"), "1 second")],
    ["interrupts itself", Effect.delay(Effect.interrupt, "1 second")]
  ])("is told of a provider that %s once, and logs in at its next use", (_, broken) => {
    let turn = 0
    const remembered = vault(Effect.suspend(() => (turn++ === 0 ? broken : Effect.void)))
    const { ping, session, world } = client(remembered)
    const callers = crowd(world, 10, session.ping)
    world.advance("30 seconds")
    assert.deepStrictEqual(ends(callers), ["AuthFailed CredentialsUnavailable"])
    assert.deepStrictEqual([ping(), turn], ["ok", 2])
  })

  it("is told at once where its provider calls it, as without a memory", () => {
    const world = virtualTime.make("calls back")
    let call: Effect.Effect<unknown, unknown> = Effect.void
    const provider = Effect.zipRight(
      Effect.suspend(() => call),
      Effect.succeed(credentials())
    )
    const { ping, session } = client({
      world,
      store: { password: "old", asked: 0 },
      cached: world.now(Effect.orDie(Credentials.cached(Effect.orDie(provider), "1 day")))
    })
    call = session.ping
    assert.strictEqual(ping(), "AuthFailed CredentialsUnavailable")
  })
})
