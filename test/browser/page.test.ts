// The emulator's page in a real browser, at the width of a desk and of a phone.
import { afterAll, assert, describe, it } from "@effect/vitest"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Server from "@effect-clickatell/testing/EmulatorServer"
import * as Fault from "@effect-clickatell/testing/Fault"
import * as Outcome from "@effect-clickatell/testing/Outcome"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import type * as Scope from "effect/Scope"
import { request, say } from "../testing/support.ts"
import type { Chromium } from "./chromium.ts"
import { layer, missing } from "./chromium.ts"
import { tooFaint } from "./contrast.ts"
import type { Tab } from "./tab.ts"
import * as tab from "./tab.ts"

/** One browser for all of these tests, started by the first. */
const browser = ManagedRuntime.make(layer)
afterAll(() => browser.dispose())

const emulated = Layer.provideMerge(Server.layer(), Emulator.layer())

const test = <E>(
  name: string,
  body: () => Effect.Effect<void, E, Emulator.Emulator | Server.EmulatorServer | Chromium | Scope.Scope>
) => it.scopedLive(name, () => body().pipe(Effect.provide(emulated), Effect.provide(browser)))

const auth = say(request("document-literal", "auth", { api_id: "123456", user: "demo", password: "demo" }))
const send = (reply: string, text: string) =>
  say(request("document-literal", "sendmsg", { session_id: reply.slice(-32), to: "27990000001", text }))
const ping = (reply: string) => say(request("document-literal", "ping", { session_id: reply.slice(-32) }))

/** Opens the page at this width and waits until it is live. */
const opened = (width: number, scheme: "light" | "dark" = "light") =>
  Effect.gen(function* () {
    const { page = "" } = yield* Server.EmulatorServer
    const it = yield* tab.make
    yield* it.look(width, 900, scheme)
    yield* it.open(page)
    yield* it.until(`$("live").textContent === "live"`)
    return it
  })

const button = (text: string) =>
  `[...document.querySelectorAll("button")].find((it) => it.textContent === ${JSON.stringify(text)})`
const rows = (table: string) =>
  `[...document.querySelectorAll("#${table} tbody tr")].map((row) => [...row.cells].map((it) => it.textContent))`

/** Presses a button, and waits until the page says what came of it. */
const pressed = (page: Tab, text: string) =>
  Effect.gen(function* () {
    yield* page.value(`void ($("said").textContent = "")`)
    yield* page.click(button(text))
    yield* page.until(`$("said").textContent !== ""`)
    const said = String(yield* page.value(`$("said").textContent`))
    assert.notMatch(said, /^Not done/)
    return said
  })

const widths = [
  ["a desk", 1280],
  ["a phone", 375]
] as const

describe.skipIf(missing)("the page in a browser (skipped where there is no Chromium)", () => {
  for (const [name, width] of widths) {
    test(`shows what happens and pulls the levers, at the width of ${name}`, () =>
      Effect.gen(function* () {
        const page = yield* opened(width)
        assert.deepStrictEqual(yield* page.value(rows("sessions")), [])
        const id = yield* auth
        yield* page.until(`${rows("log")}.length === 1`)
        const masked = `${id.slice(-32, -28)}…`
        assert.deepStrictEqual(yield* page.value(`${rows("sessions")}[0].slice(0, 3)`), ["1", "demo", masked])

        yield* send(id, "x".repeat(160))
        yield* page.until(`${rows("messages")}.length === 1`)
        yield* pressed(page, "Freeze")
        assert.match(yield* ping(id), /ERR: 004/)
        yield* page.until(`${rows("log")}[0].join().includes("ping,1,ERR 004")`)
        yield* pressed(page, "Unfreeze")
        yield* pressed(page, "Lock")
        assert.match(yield* ping(id), /ERR: 007/)
        yield* pressed(page, "Unlock")
        yield* pressed(page, "Refuse")
        assert.match(yield* ping(id), /ERR: 001/)
        yield* pressed(page, "Accept")
        assert.match(yield* ping(id), /OK/)
        yield* pressed(page, "Expire")
        assert.match(yield* ping(id), /ERR: 001/)
        yield* page.until(`document.getElementById("sessions-count").textContent === "0"`)

        const overflow = yield* page.value(
          "document.scrollingElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert.isAtMost(Number(overflow), 0, "nothing is wider than the window")
        assert.deepStrictEqual(page.complaints, [])
      }))
  }

  test("queues the fault that was chosen, by the keyboard alone", () =>
    Effect.gen(function* () {
      const page = yield* opened(1280)
      const id = yield* auth
      yield* page.value(`document.getElementById("kind").focus()`)
      yield* page.value(`void (kind.value = "reply", kind.dispatchEvent(new Event("change")))`)
      yield* page.press("Tab")
      yield* page.value(`document.activeElement.select()`)
      yield* page.write("ERR: 130, Maximum MT limit exceeded until 1700000000")
      yield* page.press("Tab")
      yield* page.write("ping")
      yield* page.press("Enter")
      yield* page.until(`$("said").textContent === "reply is queued for ping"`)
      assert.match(yield* auth, /OK/)
      assert.match(yield* ping(id), /ERR: 130/)
      assert.match(yield* ping(id), /OK/)

      yield* page.value(`void (kind.value = "delay", kind.dispatchEvent(new Event("change")))`)
      yield* page.value(`void (detail.value = "soon")`)
      yield* page.click(button("Queue the fault"))
      yield* page.until(`$("said").textContent.includes("Expected a duration")`)
      assert.deepStrictEqual(
        page.complaints.filter((it) => !it.includes("400")),
        []
      )
    }))

  test("each fault that it offers is one that the emulator takes", () =>
    Effect.gen(function* () {
      const page = yield* opened(1280)
      const kinds = String(yield* page.value(`[...kind.options].map((it) => it.value).join()`)).split(",")
      assert.isAbove(kinds.length, 5)
      for (const kind of kinds) {
        yield* page.value(`void (kind.value = "${kind}", kind.dispatchEvent(new Event("change")))`)
        yield* pressed(page, "Queue the fault")
      }
      yield* page.value(`void (times.value = "always")`)
      yield* pressed(page, "Queue the fault")
      yield* pressed(page, "Lift standing ones")
      assert.deepStrictEqual(page.complaints, [])
    }))

  test("shows what a client wrote as text, and what becomes of its message", () =>
    Effect.gen(function* () {
      const page = yield* opened(1280)
      const markup = "<img src=x onerror=\"document.title = 'obeyed'\"> & <b>bold</b>"
      yield* send(yield* auth, markup)
      yield* page.until(`${rows("messages")}.length === 1`)
      const cells = `${rows("messages")}[0].slice(1, 3)`
      assert.deepStrictEqual(yield* page.value(cells), ["27990000001", markup])
      assert.strictEqual(yield* page.value(`document.querySelectorAll("td *").length`), 0)
      yield* page.until(`${rows("messages")}[0][3] === "003 Delivered to gateway"`)
      assert.strictEqual(yield* page.value("document.title"), "Clickatell emulator")
    }))

  test("sets the balance of all accounts", () =>
    Effect.gen(function* () {
      const page = yield* opened(1280)
      yield* page.value(`void ($("credits").value = "0.5")`)
      yield* pressed(page, "Set")
      assert.match(yield* send(yield* auth, "Hi"), /ERR: 301/)
    }))

  test("says when the emulator is gone, and asks nothing while nobody looks", () =>
    Effect.gen(function* () {
      const page = yield* opened(1280)
      // Where the browser has timers, those of the page are among them.
      yield* page.value(
        `(() => {
          window.timers = new Set()
          const { clearTimeout, setTimeout } = window
          window.setTimeout = (run, millis) => { const id = setTimeout(() => { timers.delete(id); run() }, millis); timers.add(id); return id }
          window.clearTimeout = (id) => { timers.delete(id); clearTimeout(id) }
          window.hide = (hidden) => {
            Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden })
            document.dispatchEvent(new Event("visibilitychange"))
          }
        })()`
      )
      yield* auth
      yield* page.until(`${rows("log")}.length === 1 && timers.size === 1`)
      yield* page.value("hide(true)")
      assert.deepStrictEqual(yield* page.value(`[timers.size, $("live").textContent]`), [0, "paused"])
      yield* auth
      yield* page.value("hide(false)")
      yield* page.until(`${rows("log")}.length === 2`)
      yield* page.value(`void (window.fetch = () => Promise.reject(new TypeError("gone")))`)
      yield* page.until(`$("live").textContent === "the emulator does not answer"`)
      assert.deepStrictEqual(page.complaints, [])
    }))

  for (const scheme of ["light", "dark"] as const) {
    test(`can be read and is labelled, ${scheme}`, () =>
      Effect.gen(function* () {
        const page = yield* opened(1280, scheme)
        const id = yield* auth
        yield* ping(id)
        yield* ping("x")
        yield* (yield* Emulator.Emulator).fail(Fault.drop)
        yield* ping(id)
        yield* (yield* Emulator.Emulator).setNumber("27990000001", Outcome.taken({ "009": 0 }))
        yield* send(id, "Hi")
        yield* page.until(`${rows("log")}.length === 5 && ${rows("messages")}.length === 1`)
        yield* pressed(page, "Unfreeze")
        assert.deepStrictEqual(yield* page.value(tooFaint), [])
        const unnamed = `[...document.querySelectorAll("input, select")].filter((it) => it.labels.length !== 1).map((it) => it.id)`
        assert.deepStrictEqual(yield* page.value(unnamed), [])
        assert.strictEqual(yield* page.value(`document.documentElement.lang`), "en")
      }))
  }
})
