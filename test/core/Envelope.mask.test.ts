import * as Authenticate from "@effect-clickatell/core/Authenticate"
import * as Credentials from "@effect-clickatell/core/Credentials"
import * as Envelope from "@effect-clickatell/core/Envelope"
import * as Ping from "@effect-clickatell/core/Ping"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Either, FastCheck, Redacted } from "effect"
import { hex, sessionId, utf8 } from "./codec.ts"
import { parameter, sent, styles } from "./envelopes.ts"

const hiding = (...secrets: ReadonlyArray<string>): Envelope.Envelope =>
  Envelope.make(
    "document-literal",
    "auth",
    secrets.map((secret, index) => parameter(`p${index}`, Redacted.make(secret)))
  )

describe("the masked form", () => {
  const secrets = ["hunter2-canary", "a<b>&c", "12"]
  const made = (style: Envelope.Style) =>
    Envelope.make(style, "auth", [
      parameter("open", "seen"),
      ...secrets.map((secret, index) => parameter(`secret${index}`, Redacted.make(secret)))
    ])

  it("is the document without its secrets", () => {
    for (const style of styles) {
      const { masked } = made(style)
      for (const hidden of ["hunter2-canary", "a<b>&c", "a&lt;b&gt;&amp;c", ">12<"]) assert.notInclude(masked, hidden)
      assert.include(masked, "seen")
      const { children } = Either.getOrThrow(Envelope.parse(style, utf8(masked))).entry
      assert.deepStrictEqual(
        children.map(({ text }) => text),
        ["seen", "<redacted>", "<redacted>", "<redacted>"]
      )
    }
  })

  it.effect("hides a session id and all three credentials", () =>
    Effect.gen(function* () {
      const credentials = yield* Credentials.make({ apiId: "9876543", user: "user-canary", password: "pass-canary" })
      const auth = yield* sent(Authenticate.authenticate(credentials))
      const ping = yield* sent(Ping.ping(sessionId(hex)))
      for (const hidden of ["9876543", "user-canary", "pass-canary", hex]) {
        assert.notInclude(auth.masked + ping.masked, hidden)
      }
    })
  )
})

describe("mask", () => {
  it("hides each secret as it is, and as XML writes it", () =>
    assert.strictEqual(
      Envelope.mask(hiding("a<b>c", "canary"), "a<b>c, a&lt;b&gt;c, canary and canary"),
      "<redacted>, <redacted>, <redacted> and <redacted>"
    ))

  it("hides a secret however a server escapes it", () => {
    const secret = hiding(`a<b>&"c'`)
    for (const written of [
      `a<b>&"c'`,
      `a&lt;b&gt;&amp;"c'`,
      "a&lt;b&gt;&amp;&quot;c&apos;",
      "a&#60;b&#62;&#38;&#34;c&#39;",
      "a&#x3C;b&#x3e;&#x26;&#x0022;c&#039;"
    ]) {
      assert.strictEqual(Envelope.mask(secret, `<${written}>`), "<<redacted>>", written)
    }
  })

  it("hides a secret that begins with another, whole and in either order", () => {
    for (const secrets of [
      ["clicka", "clickatell"],
      ["clickatell", "clicka"]
    ]) {
      assert.strictEqual(Envelope.mask(hiding(...secrets), "clickatell, clicka"), "<redacted>, <redacted>")
    }
  })

  it("does not look for a secret in what it has written itself", () =>
    assert.strictEqual(Envelope.mask(hiding("canary", "redacted", "dact"), "canary redacted"), "<redacted> <redacted>"))

  it("hides a secret with white space around it that has been trimmed off", () =>
    assert.strictEqual(Envelope.mask(hiding(" canary\n"), "not canary"), "not <redacted>"))

  it("takes a secret for a text and not for a pattern", () => {
    assert.strictEqual(Envelope.mask(hiding("a.*b$"), "axxb a.*b$"), "axxb <redacted>")
    assert.strictEqual(Envelope.mask(hiding("(unclosed"), "an (unclosed one"), "an <redacted> one")
  })

  it("hides what looks like a session id, its own or not", () => {
    assert.strictEqual(
      Envelope.mask(hiding(), `session ${hex}, ${hex.toUpperCase()}.`),
      "session <redacted>, <redacted>."
    )
    for (const near of [`x${hex}_1`, `${hex}0`, `${hex}${hex}`, `id=${hex}&`]) {
      assert.strictEqual(Envelope.mask(hiding(), near), near.replace(/[0-9a-f]{32,}/, "<redacted>"))
    }
    const others = `${"g".repeat(32)} ${hex.slice(1)}`
    assert.strictEqual(Envelope.mask(hiding(), others), others)
  })

  it("leaves a text alone that holds no secret, or one too short to tell from any other", () => {
    assert.strictEqual(Envelope.mask(hiding("canary"), "Authentication failed"), "Authentication failed")
    assert.strictEqual(Envelope.mask(hiding("abc"), "an abc of codes"), "an abc of codes")
  })

  it.prop(
    "leaves none of the secrets, whatever they are",
    [
      FastCheck.array(FastCheck.string({ unit: "grapheme", minLength: 4, maxLength: 12 }), { maxLength: 3 }),
      FastCheck.array(FastCheck.string({ maxLength: 5 }), { minLength: 4, maxLength: 4 })
    ],
    ([secrets, between]) => {
      const text = secrets.reduce((text, secret, index) => `${text}${secret}${between[index] ?? ""}`, "")
      const left = Envelope.mask(hiding(...secrets), text).replaceAll("<redacted>", "\u0000")
      for (const secret of secrets) assert.notInclude(left, secret)
    }
  )
})
