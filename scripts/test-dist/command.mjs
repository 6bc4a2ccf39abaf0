// The command line, from its tarball alone: nothing else is installed, and a registry is not asked.
import * as assert from "node:assert/strict"
import { execFileSync, spawn } from "node:child_process"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { createInterface } from "node:readline"

const clean = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("CLICKATELL_")))
const credentials = { CLICKATELL_API_ID: "123456", CLICKATELL_USER: "demo", CLICKATELL_PASSWORD: "demo" }

/** Starts the emulator, and gives what it says once it listens. */
const emulate = async (/** @type {string} */ command) => {
  const child = spawn(command, ["emulate", "--json"], { env: clean, stdio: ["ignore", "pipe", "ignore"] })
  for await (const line of createInterface({ input: child.stdout })) return { child, listening: JSON.parse(line) }
  throw new Error("the emulator has ended before it listened")
}

/**
 * @param {string} tarball
 * @param {string} version
 */
export const testCommand = async (tarball, version) => {
  const folder = fs.mkdtempSync(join(tmpdir(), "clickatell-command-"))
  fs.writeFileSync(join(folder, "package.json"), "{}")
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], { cwd: folder, stdio: "ignore" })
  const installed = fs.readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith("."))
  assert.deepEqual(installed, ["@effect-clickatell"], "the command line installs more than itself")

  const alone = join(folder, "alone.mjs")
  fs.copyFileSync(join(folder, "node_modules/@effect-clickatell/cli/dist/clickatell-ping.mjs"), alone)
  fs.chmodSync(alone, 0o755)
  for (const command of [join(folder, "node_modules/.bin/clickatell-ping"), alone]) {
    const run = (/** @type {ReadonlyArray<string>} */ args, env = {}) =>
      execFileSync(command, args, { encoding: "utf8", env: { ...clean, ...env } })
    assert.equal(run(["--version"]).trim(), version)
    assert.match(run(["--help"]), /clickatell-ping/)
    const { child, listening } = await emulate(command)
    try {
      const endpoint = { CLICKATELL_ENDPOINT: listening.endpoint }
      const { sessionId } = JSON.parse(run(["auth", "--json"], { ...endpoint, ...credentials }))
      const pinged = run(["ping", "--json"], { ...endpoint, CLICKATELL_SESSION_ID: sessionId })
      assert.deepEqual(JSON.parse(pinged), { ok: true, operation: "ping" })
    } finally {
      child.kill()
    }
  }
  fs.rmSync(folder, { recursive: true })
}
