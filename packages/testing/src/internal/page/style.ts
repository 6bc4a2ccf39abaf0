/** How the page looks: light or dark as the browser prefers, one column where it is narrow. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #f4f6f9; --card: #ffffff; --line: #dde3ea; --field: #ffffff; --edge: #8592a3;
  --ink: #17202c; --quiet: #566274; --accent: #0b5cad; --on-accent: #ffffff; --hover: #eef3f9;
  --good: #11693f; --bad: #b0231c; --odd: #8a5300;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0e131a; --card: #161d27; --line: #2a3442; --field: #0f151d; --edge: #66758a;
    --ink: #e7ecf3; --quiet: #9fabbb; --accent: #7ab8ff; --on-accent: #08131f; --hover: #1e2733;
    --good: #62d49a; --bad: #ff8f86; --odd: #f3bd67;
  }
}
* { box-sizing: border-box; margin: 0; }
[hidden] { display: none !important; }
body { background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, "Segoe UI", Roboto, sans-serif; }
header, main { max-width: 1240px; margin: 0 auto; padding: 0 20px; }
header { display: flex; flex-wrap: wrap; align-items: center; gap: 6px 14px; padding-top: 22px; padding-bottom: 18px; }
h1 { font-size: 21px; font-weight: 650; letter-spacing: -0.01em; }
h2 { font-size: 15px; font-weight: 650; }
a { color: var(--accent); text-underline-offset: 3px; }
.links { margin-left: auto; color: var(--quiet); font-size: 13.5px; }
.links a { margin-left: 8px; }
.live { display: inline-flex; align-items: center; gap: 7px; font-size: 13px; color: var(--quiet); }
.live::before { content: ""; width: 8px; height: 8px; border-radius: 50%; background: var(--edge); }
.live[data-is=live]::before { background: var(--good); }
.live[data-is=lost] { color: var(--bad); }
.live[data-is=lost]::before { background: var(--bad); }
main { display: grid; grid-template-columns: minmax(0, 1fr) 340px; gap: 16px; align-items: start; padding-bottom: 88px; }
.controls { grid-column: 2; grid-row: 1; display: grid; gap: 16px; position: sticky; top: 16px; }
.lists { grid-column: 1; grid-row: 1; display: grid; gap: 16px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 16px 18px; min-width: 0; }
.count { color: var(--quiet); font-weight: 400; font-size: 13.5px; margin-left: 4px; }
.lever { display: flex; align-items: center; justify-content: space-between; gap: 10px; padding: 9px 0; }
.lever + .lever { border-top: 1px solid var(--line); }
h2 + .lever { margin-top: 6px; }
.lever:last-child { padding-bottom: 0; }
.buttons { display: flex; gap: 8px; flex-wrap: wrap; }
button, input, select {
  font: inherit; color: inherit; background: var(--field); border: 1px solid var(--edge); border-radius: 8px;
  min-height: 36px; padding: 5px 12px;
}
button { cursor: pointer; font-size: 14px; font-weight: 550; background: var(--card); }
button:hover { background: var(--hover); }
button:active { transform: translateY(1px); }
button.main { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
button.main:hover { filter: brightness(1.08); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.lever input { width: 104px; }
.fault label { display: block; font-size: 13px; color: var(--quiet); margin: 12px 0 4px; }
.fault input, .fault select { width: 100%; }
.fault .buttons { margin-top: 16px; }
.fault .buttons button { flex: auto; }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 0 10px; }
::placeholder { color: var(--quiet); opacity: 1; }
.list { padding: 0; overflow: hidden; }
.list h2 { padding: 14px 18px 10px; }
.scroll { overflow: auto; max-height: max(320px, 48vh); }
.scroll:focus-visible { outline-offset: -2px; }
table { width: 100%; border-collapse: collapse; font-size: 14px; font-variant-numeric: tabular-nums; }
th { position: sticky; top: 0; background: var(--card); text-align: left; font-weight: 500; font-size: 12.5px; color: var(--quiet); }
th, td { padding: 7px 10px; white-space: nowrap; border-bottom: 1px solid var(--line); vertical-align: baseline; }
th:first-child, td:first-child { padding-left: 18px; }
th:last-child, td:last-child { padding-right: 18px; }
tbody tr:last-child td { border-bottom: 0; }
tbody tr:hover { background: var(--hover); }
td { unicode-bidi: isolate; }
td.code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 13px; }
td.text { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 180px; max-width: 420px; }
td.quiet { color: var(--quiet); }
td.good { color: var(--good); }
td.bad { color: var(--bad); }
td.odd { color: var(--odd); }
.empty { padding: 2px 18px 16px; color: var(--quiet); font-size: 14px; }
.said {
  position: fixed; right: max(20px, calc(50vw - 600px)); bottom: 18px; max-width: min(420px, calc(100vw - 32px)); padding: 10px 16px;
  border-radius: 10px; background: var(--ink); color: var(--paper); font-size: 14px; box-shadow: 0 6px 24px #0004;
}
.said:empty { display: none; }
@media (max-width: 860px) {
  header, main { padding-left: 12px; padding-right: 12px; }
  main { grid-template-columns: minmax(0, 1fr); }
  .controls, .lists { grid-column: 1; grid-row: auto; }
  .controls { position: static; }
  .links { margin-left: 0; width: 100%; }
  button, input, select { min-height: 42px; }
  input, select { font-size: 16px; }
  th, td { padding-left: 7px; padding-right: 7px; }
  th:first-child, td:first-child, .list h2, .empty { padding-left: 14px; }
  th:last-child, td:last-child { padding-right: 14px; }
  .said { right: 16px; left: 16px; margin: 0 auto; width: fit-content; }
}
@media (max-width: 560px) {
  #messages thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  #messages tr { display: grid; grid-template-columns: 1fr auto; gap: 2px 12px; padding: 10px 14px; border-top: 1px solid var(--line); }
  #messages td { padding: 0; border: 0; max-width: none; }
  #messages td:nth-child(2) { order: 1; }
  #messages td:nth-child(4) { order: 2; }
  #messages td:nth-child(3) { order: 3; grid-column: 1 / -1; }
  #messages td:nth-child(1) { order: 4; font-size: 13px; }
  #messages td:nth-child(5) { order: 5; text-align: right; font-size: 13px; color: var(--quiet); }
  #messages td:nth-child(5)::before { content: "charge "; }
  #messages td:nth-child(6) { display: none; }
}
`
