// What CONTRIBUTING.md says is noticed, where neither the compiler nor the page's own test does, and that it names what there is.
import * as Commands from "@effect-clickatell/core/Commands"
import type { CommandError } from "@effect-clickatell/core/Errors"
import type { SessionEvent } from "@effect-clickatell/core/SessionEvent"
import { assert, describe, it } from "@effect/vitest"
import * as fs from "node:fs"
import * as exitCode from "../packages/cli/src/exitCode.ts"
import { operations } from "../packages/testing/src/internal/contract.ts"
import { api, fault, invalid, malformed, refused, transport } from "./core/errors.ts"
import { cases } from "./interop/commandCases.ts"

const root = new URL("../", import.meta.url)
const read = (path: string) => fs.readFileSync(new URL(path, root), "utf8")

const cells = (row: string) => row.split("|").map((cell) => cell.trim())

describe("a command", () => {
  const names = Object.keys(Commands).filter((name) => /^[a-z]/.test(name) && name !== "messageStatuses")

  it.each(names)("%s has its row in docs/commands.md, or a word", (name) => {
    assert.match(read("docs/commands.md"), new RegExp(`\`${name}\\b`))
  })

  it.each(["document-literal", "rpc-encoded"] as const)(
    "of the emulator's contract in %s is sent by others too",
    (style) => {
      const sent = new Set(
        cases(style).map(({ command }) => (style === "rpc-encoded" && command.rpc ? command.rpc() : command).operation)
      )
      assert.sameMembers([...sent, "auth", "ping"], Array.from(operations[style].keys()))
    }
  )
})

describe("an error", () => {
  // Its type asks for each tag.
  const errors: Readonly<Record<CommandError["_tag"], readonly [CommandError, code: number]>> = {
    AuthFailed: [refused("BadCredentials"), 3],
    ApiError: [api("101"), 4],
    SoapFault: [fault("Server"), 5],
    MalformedReply: [malformed("Empty"), 6],
    TransportError: [transport("Connect"), 7],
    InvalidParameters: [invalid("to"), 2]
  }
  const [codes = "", , tags = ""] =
    /^\| exit code [^]*?(?=\n\n)/m.exec(read("docs/command-line.md"))?.[0].split("\n") ?? []

  it.each(Object.entries(errors))("%s has its place in the pages, and its exit code", (tag, [error, code]) => {
    assert.strictEqual(exitCode.of(error), code)
    const told = cells(tags)[cells(codes).indexOf(String(code))]
    assert.strictEqual(told, code === 2 ? "usage or configuration" : `\`${tag}\``)
    assert.match(read("README.md"), new RegExp(`^\\| \`${tag}\` `, "m"))
    assert.match(read("docs/errors.md"), new RegExp(`^\\| .*\`${tag}\``, "m"))
  })
})

describe("an event", () => {
  // Its type asks for each tag.
  const events: Readonly<Record<SessionEvent["_tag"], true>> = {
    Authenticating: true,
    Authenticated: true,
    Adopted: true,
    Pinged: true,
    Skipped: true,
    Refused: true,
    Expired: true,
    Retrying: true,
    Degraded: true,
    Recovered: true,
    Rejected: true,
    Detached: true,
    Attached: true,
    Reset: true,
    Closed: true
  }

  it("has its row in docs/telemetry.md, which has no other", () => {
    const rows = read("docs/telemetry.md").matchAll(/^\| `(\w+)` +\| event,/gm)
    assert.sameMembers(
      Array.from(rows, ([, tag]) => tag),
      Object.keys(events)
    )
  })
})

describe("CONTRIBUTING.md", () => {
  const page = read("CONTRIBUTING.md")

  it("names files and folders that there are", () => {
    const paths = Array.from(page.matchAll(/`((?:packages|test|docs|scripts|\.ci)\/[^`*]+)`/g), ([, path = ""]) => path)
    assert.isNotEmpty(paths)
    for (const path of paths) assert.isTrue(fs.existsSync(new URL(path, root)), path)
  })

  it("names commands that there are", () => {
    const { scripts } = JSON.parse(read("package.json"))
    const names = Array.from(page.matchAll(/`npx pnpm (?:run )?([\w:-]+)`/g), ([, name = ""]) => name)
    assert.isNotEmpty(names)
    for (const name of names) assert.property(scripts, name)
  })
})
