/** What the page does. Everything that a server says becomes the text of a node, and never markup. */
export const script = `
"use strict"
const $ = (id) => document.getElementById(id)

const pad = (number, width = 2) => String(number).padStart(width, "0")
const time = (at) => {
  const date = new Date(at)
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => pad(part)).join(":") + "." + pad(date.getMilliseconds(), 3)
}
const span = (millis) => {
  const seconds = Math.floor(millis / 1000)
  return seconds < 60 ? seconds + " s" : Math.floor(seconds / 60) + " min " + pad(seconds % 60) + " s"
}
const tone = (outcome) => (outcome === "OK" ? "good" : outcome === "waiting" ? "quiet" : /^(ERR|Fault)/.test(outcome) ? "bad" : "odd")
const stages = { delivered: "good", failed: "bad" }

// Each row is a list of [text, class].
const rows = {
  sessions: (it) => [[it.ordinal], [it.user], [it.id, "code"], [span(it.idle)], [span(it.remaining)]],
  messages: (it) => [
    [time(it.at), "quiet"], [it.to, "code"], [it.content, "text"],
    [[it.status, it.description].join(" "), stages[it.stage]], [it.charge], [it.user]
  ],
  log: (it) => [[time(it.at), "quiet"], [it.operation || "unreadable", "code"], [it.session || "\u2013"], [it.outcome, tone(it.outcome)]]
}

const shown = {}
const show = (name, items, count) => {
  const text = JSON.stringify(items) + count
  if (shown[name] === text) return
  shown[name] = text
  $(name).tBodies[0].replaceChildren(...items.toReversed().map((item) => {
    const row = document.createElement("tr")
    row.role = "row"
    for (const [text, kind = ""] of rows[name](item)) {
      const cell = row.insertCell()
      cell.role = "cell"
      cell.textContent = text
      cell.className = kind
    }
    return row
  }))
  $(name + "-count").textContent = count > items.length ? "the newest " + items.length + " of " + count : count
  $(name + "-empty").hidden = count > 0
  $(name).parentElement.hidden = count === 0
}

const live = (is) => {
  if ($("live").dataset.is === is) return
  $("live").dataset.is = is
  $("live").textContent = is === "lost" ? "the emulator does not answer" : is
}

const look = async () => {
  try {
    const response = await fetch("/-/state", { signal: AbortSignal.timeout(5000) })
    if (!response.ok) throw new Error(response.statusText)
    const state = await response.json()
    for (const name of Object.keys(rows)) show(name, state[name], state.counts[name])
    live("live")
  } catch {
    live("lost")
  }
}

// One look after another, and none while nobody sees the page.
let timer
const watch = async () => {
  clearTimeout(timer)
  if (document.hidden) return live("paused")
  await look()
  clearTimeout(timer)
  timer = setTimeout(watch, 1000)
}
document.addEventListener("visibilitychange", watch)

// What was done is said for a while, and what was not for longer.
let silence
const say = (text, forgetAfter) => {
  clearTimeout(silence)
  $("said").textContent = ""
  requestAnimationFrame(() => { $("said").textContent = text })
  silence = setTimeout(() => { $("said").textContent = "" }, forgetAfter)
}
const act = async (wish, done) => {
  try {
    const response = await fetch("/-/act", {
      method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(wish)
    })
    if (response.ok) say(done, 5000)
    else say("Not done: " + (await response.text()), 30000)
  } catch {
    say("Not done: the emulator does not answer", 30000)
  }
  await watch()
}

for (const button of document.querySelectorAll("[data-wish]")) {
  button.addEventListener("click", () => act(JSON.parse(button.dataset.wish), button.dataset.done))
}

$("balance").addEventListener("submit", (event) => {
  event.preventDefault()
  const text = $("credits").value
  act({ kind: "setBalance", balance: Number(text) }, "Every account has " + text + " credits")
})

// What a fault needs to be told: how that is called, what it is at first, and where it goes.
const details = {
  status: ["Status", "503", (text) => ({ status: Number(text) })],
  reply: ["Its return", "ERR: 901, Internal error", (text) => ({ text })],
  fault: ["Reason", "Internal error", (reason) => ({ code: "Server", reason })],
  raw: ["Body", "<html>Bad gateway</html>", (body) => ({ body })],
  delay: ["How late", "2 seconds", (duration) => ({ duration })]
}
const choose = () => {
  const [label, first] = details[$("kind").value] ?? []
  $("detail-row").hidden = label === undefined
  $("detail-label").textContent = label ?? ""
  $("detail").value = first ?? ""
}
$("kind").addEventListener("change", choose)
choose()

const operation = () => $("operation").value.trim() || "any"
$("fault").addEventListener("submit", (event) => {
  event.preventDefault()
  const kind = $("kind").value
  const more = details[kind]?.[2]($("detail").value) ?? {}
  const times = $("times").value === "always" ? "always" : Number($("times").value)
  act({ kind: "fail", fault: { kind, ...more }, operation: operation(), times }, kind + " is queued for " + operation())
})
$("calm").addEventListener("click", () => act({ kind: "calm", operation: operation() }, "Nothing stands for " + operation()))

watch()
`
