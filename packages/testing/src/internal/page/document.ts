import * as Crypto from "node:crypto"
import { script } from "./script.ts"
import { style } from "./style.ts"

const option = ([value, text]: readonly [value: string, text: string]) => `<option value="${value}">${text}</option>`

const faults = [
  ["reset", "The connection breaks"],
  ["hang", "No answer, ever"],
  ["status", "An HTTP status in its place"],
  ["reply", "Another reply"],
  ["fault", "A SOAP fault"],
  ["raw", "Something that is not SOAP"],
  ["delay", "Done, and answered late"],
  ["drop", "Done, then the connection breaks"],
  ["truncate", "Done, half an answer, then closed"],
  ["stall", "Done, half an answer, then silence"]
] as const

const operations = ["auth", "ping", "sendmsg", "querymsg", "delmsg", "getbalance", "getmsgcharge", "routeCoverage"]

const times = [
  ["1", "once"],
  ["2", "twice"],
  ["3", "3 times"],
  ["10", "10 times"],
  ["always", "until lifted"]
] as const

const heading = (text: string) => `<th scope="col" role="columnheader">${text}</th>`

// The roles are those that a table has of itself, until a narrow window lays it out as something else.
const table = (id: string, title: string, columns: ReadonlyArray<string>, empty: string) => `
<section class="card list" aria-labelledby="${id}-title">
  <h2 id="${id}-title">${title} <span class="count" id="${id}-count"></span></h2>
  <div class="scroll" role="region" aria-labelledby="${id}-title" tabindex="0">
    <table id="${id}" role="table">
      <thead role="rowgroup"><tr role="row">${columns.map(heading).join("")}</tr></thead>
      <tbody role="rowgroup"></tbody>
    </table>
  </div>
  <p class="empty" id="${id}-empty">${empty}</p>
</section>`

interface Button {
  readonly text: string
  /** What it asks for. */
  readonly wish: object
  /** What is said when that is done. */
  readonly done: string
}

const lever = (label: string, ...buttons: ReadonlyArray<Button>) => `
  <div class="lever" role="group" aria-label="${label}"><span>${label}</span><span class="buttons">${buttons
    .map(
      ({ done, text, wish }) =>
        `<button type="button" data-wish='${JSON.stringify(wish)}' data-done="${done}">${text}</button>`
    )
    .join("")}</span></div>`

const levers = `
<section class="card" aria-labelledby="levers-title">
  <h2 id="levers-title">Levers</h2>
  ${[
    lever("Living sessions", { text: "Expire", wish: { kind: "expireSessions" }, done: "All sessions have expired" }),
    lever(
      "Accounts",
      { text: "Freeze", wish: { kind: "freeze" }, done: "All accounts are frozen" },
      { text: "Unfreeze", wish: { kind: "unfreeze" }, done: "No account is frozen" }
    ),
    lever(
      "Client address",
      { text: "Lock", wish: { kind: "lockIp" }, done: "The address is locked out" },
      { text: "Unlock", wish: { kind: "unlockIp" }, done: "The address is let in" }
    ),
    lever(
      "Every session",
      { text: "Refuse", wish: { kind: "refuseSessions", refuse: true }, done: "Every session is refused" },
      { text: "Accept", wish: { kind: "refuseSessions", refuse: false }, done: "Sessions are accepted" }
    )
  ].join("")}
  <form class="lever" id="balance"><label for="credits">Balances</label><span class="buttons"><input id="credits"
    inputmode="decimal" required autocomplete="off" value="0"><button type="submit">Set</button></span></form>
</section>`

const fault = `
<form class="card fault" id="fault" aria-labelledby="fault-title">
  <h2 id="fault-title">Faults</h2>
  <label for="kind">What goes wrong</label>
  <select id="kind">${faults.map(option).join("")}</select>
  <div id="detail-row" hidden><label for="detail" id="detail-label"></label><input id="detail" autocomplete="off" spellcheck="false"></div>
  <div class="two">
    <div><label for="operation">Operation</label>
    <input id="operation" list="operations" placeholder="any" autocomplete="off" autocapitalize="none" spellcheck="false">
    <datalist id="operations">${operations.map((name) => `<option value="${name}">`).join("")}</datalist></div>
    <div><label for="times">How often</label><select id="times">${times.map(option).join("")}</select></div>
  </div>
  <div class="buttons"><button type="submit" class="main">Queue the fault</button>
  <button type="button" id="calm">Lift standing ones</button></div>
</form>`

const icon = encodeURIComponent(
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#0b5cad"/><path d="M8 10h16v10H15l-5 4v-4H8z" fill="#fff"/></svg>`
)

/** The page as one document, which asks nothing of any other host. */
export const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Clickatell emulator</title>
<link rel="icon" href="data:image/svg+xml,${icon}">
<style>${style}</style>
</head>
<body>
<header>
  <h1>Clickatell emulator</h1>
  <p id="live" class="live" role="status">connecting</p>
  <p class="links">WSDL: <a href="/?wsdl">document/literal</a> <a href="/?wsdl&amp;style=rpc">RPC/encoded</a></p>
</header>
<main>
<div class="controls">${levers}${fault}</div>
<div class="lists">
${table("sessions", "Living sessions", ["Login", "User", "Id", "Idle", "Left"], "Nobody is logged in.")}
${table("messages", "Messages", ["Time", "To", "Text", "Status", "Charge", "User"], "No message was sent.")}
${table("log", "Requests", ["Time", "Operation", "Session", "Outcome"], "Nothing was asked yet. Send SOAP to this address, at any path.")}
</div>
</main>
<p id="said" class="said" role="status" aria-live="polite"></p>
<script>${script}</script>
</body>
</html>
`

const hash = (text: string) => `'sha256-${Crypto.createHash("sha256").update(text).digest("base64")}'`

/** What the page may do: run its own script and style, and ask this server. */
export const policy = [
  "default-src 'none'",
  `script-src ${hash(script)}`,
  `style-src ${hash(style)}`,
  "connect-src 'self'",
  "img-src data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'"
].join("; ")
