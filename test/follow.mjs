// Follows a page as its reader would: saves the program that it shows, types its commands, and compares what they print.
import * as assert from "node:assert/strict"
import { spawn } from "node:child_process"
import { writeFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"

/** What stands in the fences of a page from a heading on. */
export const blocksOf = (/** @type {string} */ page, /** @type {string} */ heading) => {
  const from = page.indexOf(`\n${heading}\n`)
  assert.notEqual(from, -1, `there is no ${heading}`)
  return Array.from(page.slice(from).matchAll(/^```(\w+)\n([^]*?)^```$/gm), ([, language = "", text = ""]) => ({
    language,
    text
  }))
}

/** What differs from one run to the next is left out. */
const lines = (/** @type {string} */ text) =>
  text
    .replaceAll(/\d{4}-\d{2}-\d{2}T[\d:.]+Z/g, "TIME")
    .replaceAll(/fiber=#\d+/g, "fiber=#N")
    .trim()
    .split("\n")

/** A shell to type into. */
const terminal = (/** @type {string} */ folder, /** @type {NodeJS.ProcessEnv} */ env) => {
  const child = spawn("bash", ["-c", "exec bash 2>&1"], {
    cwd: folder,
    env,
    stdio: ["pipe", "pipe", "inherit"],
    // A group of its own, so that what it has started ends with it.
    detached: true
  })
  let printed = ""
  child.stdout.setEncoding("utf8").on("data", (text) => (printed += text))
  return {
    /** Types a block, and gives what it has printed once that is enough. */
    type: (/** @type {string} */ text, /** @type {(printed: string) => boolean} */ isEnough) =>
      new Promise((/** @type {(printed: string) => void} */ resolve, reject) => {
        printed = ""
        child.stdout.on("data", () => {
          if (isEnough(printed)) resolve(printed)
        })
        child.once("close", () => reject(new Error(`the shell has ended: ${printed}`)))
        child.stdin.write(text)
      }),
    close: () => child.pid !== undefined && process.kill(-child.pid)
  }
}

const freePort = () =>
  new Promise((/** @type {(port: string) => void} */ resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address()
      server.close(() => resolve(address !== null && typeof address === "object" ? String(address.port) : ""))
    })
  })

const end = "--- the end of a block"

/**
 * Follows a page from a heading on: `ts` is saved as the program's main.mjs, `sh` is typed, and `text` is what that prints. The
 * emulator has a terminal of its own, and serves the rest at a port that is free. The program is in a folder of ours, and not in ~.
 *
 * @param {string} page
 * @param {string} heading
 * @param {{ readonly start: string, readonly program: string, readonly env?: NodeJS.ProcessEnv }} where
 */
export const follow = async (page, heading, { env = {}, program, start }) => {
  const ours = page.replaceAll("~/my-program", program).replaceAll("8080", await freePort())
  const others = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CLICKATELL_")))
  const terminals = [terminal(start, { ...others, ...env })]
  try {
    const blocks = blocksOf(ours, heading)
    for (const [index, { language, text }] of blocks.entries()) {
      const next = blocks[index + 1]
      const wanted = next?.language === "text" ? lines(next.text) : []
      if (language === "ts") writeFileSync(join(program, "main.mjs"), text)
      if (language !== "sh") continue
      const serves = text.includes("clickatell-ping emulate")
      if (serves) terminals.unshift(terminal(program, others))
      const printed = await terminals
        .at(serves ? 0 : -1)
        ?.type(block(text, serves), (printed) =>
          serves ? lines(printed).length >= wanted.length : printed.endsWith(`${end}\n`)
        )
      const said = lines((printed ?? "").replace(`${end}\n`, ""))
      if (wanted.length > 0) assert.deepEqual(said.slice(0, serves ? wanted.length : undefined), wanted, text)
    }
  } finally {
    for (const { close } of terminals) close()
  }
}

/** What is typed must not be read by the command before it; a command that serves has no end to tell. */
const block = (/** @type {string} */ text, /** @type {boolean} */ serves) =>
  `{\n${text}} </dev/null\n${serves ? "" : `echo "${end}"\n`}`
