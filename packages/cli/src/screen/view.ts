import * as Printable from "@effect-clickatell/core/Printable"
import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import type { SessionStatus } from "@effect-clickatell/core/SessionStatus"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as output from "../output.ts"
import type { Colour } from "../terminal.ts"
import type { Memory } from "./memory.ts"

/** A piece of a line. */
type Piece = string | readonly [text: string, colour: Colour]

/** What a screen has room for, and how it paints. */
export interface Screen {
  readonly columns: number
  readonly rows: number
  readonly paint: (colour: Colour, text: string) => string
}

/** What the screen shows: at most as many lines as there are rows, and none longer than a row. */
export const lines = (
  server: string,
  {
    memory,
    now,
    status
  }: { readonly memory: Memory; readonly now: number; readonly status: SessionStatus | undefined },
  screen: Screen
): ReadonlyArray<string> => {
  const top = [
    [["clickatell-ping watch", "bold"], `  ${server}`],
    [],
    row("state", ...state(status)),
    row("session", status === undefined ? "0" : String(status.generation)),
    row("idle", status?.idle === undefined ? "-" : seconds(Duration.toMillis(status.idle))),
    row(memory.wait === undefined ? "next" : `next ${memory.wait.operation}`, ...countdown(memory.wait, now)),
    row("requests", requests(memory)),
    []
  ] satisfies ReadonlyArray<ReadonlyArray<Piece>>
  const bottom = [[], [["Ctrl-C closes the session", "dim"]]] satisfies ReadonlyArray<ReadonlyArray<Piece>>
  const room = Math.max(1, screen.rows - top.length - bottom.length)
  return [...top, ...memory.events.slice(-room).map(told), ...bottom]
    .slice(0, screen.rows)
    .map((pieces) => fit(pieces, screen))
}

const row = (title: string, ...pieces: ReadonlyArray<Piece>): ReadonlyArray<Piece> => [
  [title.padEnd(11), "dim"],
  ...pieces
]

const state = (status: SessionStatus | undefined): ReadonlyArray<Piece> => {
  if (status === undefined) return ["Idle"]
  const isWell = status.health === "Healthy" && status.state !== "Rejected"
  const trouble = isWell || status.lastError === undefined ? "" : `, ${status.lastError}`
  return [[`${status.state}, ${status.health.toLowerCase()}${trouble}`, isWell ? "green" : "red"]]
}

const barWidth = 30

const countdown = (wait: Memory["wait"], now: number): ReadonlyArray<Piece> => {
  if (wait === undefined) return ["-"]
  const left = Math.max(0, wait.until - now)
  const full = wait.until === wait.from ? barWidth : Math.round(barWidth * (1 - left / (wait.until - wait.from)))
  const done = Math.min(barWidth, Math.max(0, full))
  return [`in ${seconds(left)}`.padEnd(12), "[", ["#".repeat(done), "green"], ".".repeat(barWidth - done), "]"]
}

const seconds = (millis: number): string => Duration.format(Duration.seconds(Math.ceil(millis / 1000)))

const requests = ({ failed, requests, took }: Memory): string => {
  const counts = Array.from(requests, ([operation, count]) => `${operation} ${count}`)
  const last = took === undefined ? [] : [`the last took ${Math.round(Duration.toMillis(took))} ms`]
  return counts.length === 0 ? "none" : [...counts, `failed ${failed}`, ...last].join(", ")
}

const told = (event: SessionEvent): ReadonlyArray<Piece> => {
  const { colour, details, name } = output.describe(event)
  return [[`${DateTime.formatIso(event.at).slice(11, 19)}  `, "dim"], [name.padEnd(16), colour], details]
}

/** Writes a line that is cut at the end of the row. */
const fit = (pieces: ReadonlyArray<Piece>, { columns, paint }: Screen): string => {
  let room = columns
  return pieces
    .map((piece) => {
      const [text, colour] = typeof piece === "string" ? [piece, undefined] : piece
      const shown = Printable.escape(text, Infinity).slice(0, room)
      room -= shown.length
      return colour === undefined || shown === "" ? shown : paint(colour, shown)
    })
    .join("")
}
