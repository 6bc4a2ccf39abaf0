// The session's machine as a page: what comes of each input in each phase, found by trying it.
import * as machine from "../../packages/core/src/internal/session/machine/machine.ts"
import * as table from "../markdown/table.ts"
import type { Outcome } from "./transitions.ts"
import * as transitions from "./transitions.ts"

/** What to do, where to go and what to tell; an event in brackets is not told each time. */
const describe = (outcomes: ReadonlyArray<Outcome>): string => {
  const [first] = outcomes
  if (first === undefined) return ""
  const { from, order, to } = first
  const told = Array.from(new Set(outcomes.flatMap(({ events }) => events)))
  const events = told.map((event) => (outcomes.every((it) => it.events.includes(event)) ? event : `(${event})`))
  return [
    ...(order === "Nothing" ? [] : [`\`${order.replace("Fail ", "Fail: ")}\``]),
    ...(from === to ? [] : [`→ **${to}**`]),
    ...(events.length === 0 ? [] : [`_${events.join(", ")}_`])
  ].join(" ")
}

const cell = (outcomes: ReadonlyArray<Outcome>): string => {
  const kinds = new Map<string, ReadonlyArray<Outcome>>()
  for (const outcome of outcomes) {
    const kind = `${outcome.order} ${outcome.to}`
    kinds.set(kind, [...(kinds.get(kind) ?? []), outcome])
  }
  // What goes well comes first.
  const described = Array.from(kinds.values(), describe).toSorted(
    (one, other) => Number(one.includes("Fail")) - Number(other.includes("Fail"))
  )
  return described.every((it) => it === "") ? "–" : described.map((it) => (it === "" ? "–" : it)).join("<br>")
}

const page = (rows: string) => `---
title: The state machine
group: Reference
---

<!-- Made by scripts/draw.ts: do not edit. -->

# The state machine

What comes of each input in each phase of a session, found by trying the machine itself
(\`packages/core/src/internal/session/machine/machine.ts\`). [Sessions](sessions.md) has it as a drawing, and says what it is for.

- \`Code\` is what whoever brought the input is to do next; \`Fail\` names the reason that it is told.
- → is the phase after it, where that is another one.
- _Slanted_ are the events that it tells; one in brackets depends on what was told before.
- – is nothing at all. Which of several lines it is depends on the session's age, its past or the login budget.

What belongs to an epoch that a \`reset\` has ended does nothing in any phase, and so does what is said of an older session,
except that a failure of the network or of the service counts for health whichever session met it.

${rows}
`

export const draw = (): string => {
  const outcomes = transitions.find()
  const missing = Object.keys(machine.table).filter((input) => !outcomes.some((it) => it.input === input))
  if (missing.length > 0) throw new Error(`the table has no row for ${missing.join(", ")}`)
  const rows = transitions.causes.map((cause) => {
    const own = outcomes.filter((it) => it.cause === cause)
    return [
      cause,
      own[0]?.input ?? "",
      ...transitions.phases.map((phase) => cell(own.filter(({ from }) => from === phase)))
    ]
  })
  return page(table.draw(["what happens", "input", ...transitions.phases], rows))
}
