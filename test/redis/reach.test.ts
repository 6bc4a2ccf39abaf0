// The ways to Redis: an address, TLS, Sentinel, a Cluster.
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as fs from "node:fs"
import type { Options } from "../../packages/redis/src/internal/connection.ts"
import { connect, get, put, reason } from "./client.ts"
import { missing, serve, serveReplicated, titled, tls, until } from "./server.ts"

const name = "clickatell:name"
const certificate = fs.readFileSync(new URL("../fixtures/tls/valid.pem", import.meta.url), "utf8")

/** What packages/redis/README.md says that the user needs. */
const leastRights = ["~clickatell:*", "+eval", "+evalsha", "+get", "+set", "+time", "+info"]

const roundTrip = (options: Options) =>
  Effect.gen(function* () {
    const client = yield* connect(options)
    assert.isTrue((yield* put(client, name, "one")).replaced)
    assert.strictEqual(yield* get(client, name), "one")
  })

describe.skipIf(missing)(titled("Redis is reached"), () => {
  it.scopedLive("by an address with user, password and database", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      yield* server.ask("ACL", "SETUSER", "clickatell", "on", ">p@ss/word%", ...leastRights, "+select")
      const url = `redis://clickatell:${encodeURIComponent("p@ss/word%")}@127.0.0.1:${server.port}/3`
      yield* roundTrip({ url: Redacted.make(url) })
      assert.strictEqual(yield* server.ask("-n", "3", "KEYS", "*"), name)
    })
  )

  it.scopedLive("in vain with a wrong password, which is shown nowhere", () =>
    Effect.gen(function* () {
      const server = yield* serve()
      yield* server.ask("CONFIG", "SET", "requirepass", "right")
      const client = yield* connect({ url: Redacted.make(`redis://:wr0ng@127.0.0.1:${server.port}`) })
      assert.strictEqual(yield* reason(get(client, name)), "WRONGPASS")
    })
  )

  it.scopedLive("over TLS, by whoever trusts its certificate", () =>
    Effect.gen(function* () {
      const server = yield* serve({ args: tls, cli: ["--tls", "--insecure"] })
      const url = Redacted.make(`rediss://127.0.0.1:${server.port}`)
      yield* roundTrip({ url, client: { tls: { ca: certificate } } })
      const distrustful = yield* connect({ url })
      assert.strictEqual(yield* reason(get(distrustful, name)), "DEPTH_ZERO_SELF_SIGNED_CERT")
      const plain = yield* connect({ url: Redacted.make(`redis://127.0.0.1:${server.port}`) })
      assert.notStrictEqual(yield* reason(get(plain, name)), "success")
    })
  )

  it.scopedLive("by Sentinel, which names the server that has taken over", () =>
    Effect.gen(function* () {
      const { first, known, second, watched } = yield* serveReplicated
      const client = yield* connect({ client: watched })
      assert.isTrue((yield* put(client, name, "one")).replaced)
      yield* until(Effect.map(second.ask("GET", name), (value) => value === "one"))
      yield* known
      yield* first.kill
      yield* until(Effect.map(put(client, "other", "two"), () => true))
      assert.strictEqual(yield* second.ask("GET", "other"), "two")
      assert.strictEqual(yield* get(client, name), "one")
    })
  )

  it.scopedLive("as a Cluster, by any of its nodes", () =>
    Effect.gen(function* () {
      const server = yield* serve({
        args: () => [
          "--cluster-enabled",
          "yes",
          "--cluster-config-file",
          "nodes.conf",
          "--cluster-announce-ip",
          "127.0.0.1"
        ]
      })
      yield* server.ask("CLUSTER", "ADDSLOTSRANGE", "0", "16383")
      yield* until(Effect.map(server.ask("CLUSTER", "INFO"), (text) => text.includes("cluster_state:ok")))
      const rights = [...leastRights, "+cluster|slots", "+cluster|info"]
      yield* server.ask("ACL", "SETUSER", "clickatell", "on", ">right", ...rights)
      const url = Redacted.make(`redis://clickatell:right@127.0.0.1:${server.port}`)
      yield* roundTrip({ url, cluster: {} })
      const client = yield* connect({ cluster: { nodes: [{ host: "127.0.0.1", port: server.port }] } })
      assert.strictEqual(yield* get(client, name), "one")
      yield* server.ask("SCRIPT", "FLUSH")
      assert.strictEqual(yield* get(client, name), "one")
      yield* server.kill
      assert.notStrictEqual(yield* reason(get(client, name)), "success")
    })
  )
})
