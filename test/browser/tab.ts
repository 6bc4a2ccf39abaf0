import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import type { Connection } from "./chromium.ts"
import { Chromium } from "./chromium.ts"

/** One page in a browser, as a person has it before them. */
export interface Tab {
  readonly open: (url: string) => Effect.Effect<void, Error>
  /** The size of the window, and whether its user likes it dark. */
  readonly look: (width: number, height: number, scheme: "light" | "dark") => Effect.Effect<void, Error>
  /** The value of an expression, or of what it promises. */
  readonly value: (expression: string) => Effect.Effect<unknown, Error>
  /** Waits until an expression holds. */
  readonly until: (expression: string) => Effect.Effect<void, Error>
  /** Clicks with the mouse into the middle of what an expression gives. */
  readonly click: (element: string) => Effect.Effect<void, Error>
  readonly press: (key: "Tab" | "Enter" | " ") => Effect.Effect<void, Error>
  /** Writes into whatever has the focus. */
  readonly write: (text: string) => Effect.Effect<void, Error>
  /** A picture of the whole page, as PNG. */
  readonly picture: Effect.Effect<Buffer, Error>
  /** What the browser has complained about so far. */
  readonly complaints: ReadonlyArray<string>
}

const nothing = Schema.Unknown

/** Opens a tab in the browser, until the scope closes. */
export const make: Effect.Effect<Tab, Error, Chromium | Scope.Scope> = Effect.gen(function* () {
  const connection = yield* (yield* Chromium).page
  const complaints: Array<string> = []
  connection.on("Runtime.exceptionThrown", Schema.Unknown, (it) => complaints.push(JSON.stringify(it)))
  connection.on("Runtime.consoleAPICalled", Schema.Struct({ type: Schema.Literal("error", "warning") }), (it) =>
    complaints.push(JSON.stringify(it))
  )
  connection.on(
    "Log.entryAdded",
    Schema.Struct({ entry: Schema.Struct({ level: Schema.Literal("error", "warning"), text: Schema.String }) }),
    ({ entry }) => complaints.push(entry.text)
  )
  for (const domain of ["Page", "Runtime", "Log"]) yield* connection.send(`${domain}.enable`, {}, nothing)
  const value = evaluate(connection)
  return {
    open: open(connection),
    look: (width, height, scheme) =>
      Effect.zipRight(
        connection.send(
          "Emulation.setDeviceMetricsOverride",
          { width, height, deviceScaleFactor: 1, mobile: width < 600 },
          nothing
        ),
        connection.send(
          "Emulation.setEmulatedMedia",
          { features: [{ name: "prefers-color-scheme", value: scheme }] },
          nothing
        )
      ),
    value,
    until: (expression) =>
      Effect.asVoid(
        value(
          `new Promise((done, fail) => {
            const look = () => { try { (${expression}) ? done() : setTimeout(look, 10) } catch (error) { fail(error) } }
            look()
          })`
        )
      ),
    click: click(connection, value),
    press: press(connection),
    write: (text) => Effect.asVoid(connection.send("Input.insertText", { text }, nothing)),
    picture: Effect.map(
      connection.send(
        "Page.captureScreenshot",
        { captureBeyondViewport: true },
        Schema.Struct({ data: Schema.String })
      ),
      ({ data }) => Buffer.from(data, "base64")
    ),
    complaints
  }
})

const open = (connection: Connection) => (url: string) =>
  Effect.gen(function* () {
    const loaded = yield* Deferred.make<void>()
    connection.on("Page.loadEventFired", Schema.Unknown, () => Deferred.unsafeDone(loaded, Effect.void))
    yield* connection.send("Page.navigate", { url }, nothing)
    yield* Deferred.await(loaded)
  })

const Evaluated = Schema.Struct({
  result: Schema.Struct({ value: Schema.optional(Schema.Unknown) }),
  exceptionDetails: Schema.optional(Schema.Unknown)
})

const evaluate =
  (connection: Connection) =>
  (expression: string): Effect.Effect<unknown, Error> =>
    connection.send("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true }, Evaluated).pipe(
      Effect.filterOrFail(
        ({ exceptionDetails }) => exceptionDetails === undefined,
        ({ exceptionDetails }) => new Error(`${expression}: ${JSON.stringify(exceptionDetails)}`)
      ),
      Effect.map(({ result }) => result.value)
    )

const Point = Schema.Struct({ x: Schema.Number, y: Schema.Number })

const click = (connection: Connection, value: Tab["value"]) => (element: string) =>
  Effect.gen(function* () {
    const middle = yield* value(
      `(() => { const it = ${element}; it.scrollIntoView({ block: "center" }); const { x, y, width, height } = it.getBoundingClientRect(); return { x: x + width / 2, y: y + height / 2 } })()`
    ).pipe(
      Effect.flatMap(Schema.decodeUnknown(Point)),
      Effect.mapError(({ message }) => new Error(message))
    )
    for (const type of ["mousePressed", "mouseReleased"]) {
      yield* connection.send("Input.dispatchMouseEvent", { type, ...middle, button: "left", clickCount: 1 }, nothing)
    }
  })

const codes = { Tab: 9, Enter: 13, " ": 32 }

const press = (connection: Connection) => (key: keyof typeof codes) =>
  Effect.gen(function* () {
    const text = key === "Tab" ? {} : { text: key === "Enter" ? "\r" : key }
    const pressed = { key, windowsVirtualKeyCode: codes[key] }
    yield* connection.send("Input.dispatchKeyEvent", { type: "keyDown", ...pressed, ...text }, nothing)
    yield* connection.send("Input.dispatchKeyEvent", { type: "keyUp", ...pressed }, nothing)
  })
