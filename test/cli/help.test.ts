import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { emulate } from "../../packages/cli/src/commands/emulate.ts"
import { watch } from "../../packages/cli/src/commands/watch.ts"
import * as help from "../../packages/cli/src/help.ts"
import * as subcommand from "../../packages/cli/src/subcommand.ts"
import { cli } from "./inProcess.ts"
import { start, startOnTerminal } from "./process.ts"

const names = ["auth", "ping", "watch", "doctor", "emulate"]

describe("help", () => {
  it.effect("of the whole lists the commands, and is what no words at all give", () =>
    Effect.gen(function* () {
      const asked = yield* cli(["help"])
      assert.deepStrictEqual([asked.code, asked.stderr], [0, ""])
      assert.match(asked.stdout, /^clickatell-ping <command> \[flags\]\n/)
      for (const name of [...names, "help"]) assert.match(asked.stdout, new RegExp(`^  ${name}  `, "m"))
      for (const words of [["--help"], ["-h"], [], ["help", "help"], ["--nonsense", "-h"]]) {
        assert.strictEqual((yield* cli(words)).stdout, asked.stdout, words.join(" "))
      }
    })
  )

  for (const name of names) {
    it.effect(`of ${name} begins with how it is written, however it is asked for`, () =>
      Effect.gen(function* () {
        const asked = yield* cli(["help", name])
        assert.deepStrictEqual([asked.code, asked.stderr], [0, ""])
        assert.match(asked.stdout, new RegExp(`^clickatell-ping ${name} \\[flags\\]\n`))
        assert.include(asked.stdout, "--json")
        for (const words of [
          [name, "--help"],
          [name, "--json", "-h"],
          ["--help", name],
          [name, "--nonsense", "--help"]
        ]) {
          assert.strictEqual((yield* cli(words)).stdout, asked.stdout, words.join(" "))
        }
      })
    )
  }

  it("says something of each flag", () => {
    for (const { flags } of [subcommand.make(watch), subcommand.make(emulate)]) {
      assert.isNotEmpty(flags)
      for (const flag of flags) assert.match(flag.description, /^[A-Z].{10,}[^.]$/, flag.names.join())
    }
  })

  it("is as wide as it may be, and says the same at any width", () => {
    const pages: ReadonlyArray<(columns: number) => string> = [
      (columns) => help.ofAll("clickatell-ping", [subcommand.make(watch)], { columns, bold: (text) => text }),
      (columns) => help.of("clickatell-ping", subcommand.make(watch), { columns, bold: (text) => text }),
      (columns) => help.of("clickatell-ping", subcommand.make(emulate), { columns, bold: (text) => text })
    ]
    for (const page of pages) {
      const words = (columns: number) => page(columns).split(/\s+/)
      for (const columns of [40, 55, 56, 80, 200]) {
        const widths = page(columns)
          .split("\n")
          .map(({ length }) => length)
        assert.isAtMost(Math.max(...widths), columns)
        assert.deepStrictEqual(words(columns), words(1000))
      }
      assert.isAbove(
        Math.max(
          ...page(200)
            .split("\n")
            .map(({ length }) => length)
        ),
        80
      )
    }
  })

  it.effect("-v and --version show the version alone", () =>
    Effect.gen(function* () {
      for (const words of [["-v"], ["--version"], ["watch", "-v"]]) {
        const { code, stdout } = yield* cli(words)
        assert.strictEqual(code, 0)
        assert.match(stdout, /^\d+\.\d+\.\d+\n$/)
      }
    })
  )
})

describe("a command line that is not understood", () => {
  const rows: ReadonlyArray<readonly [line: string, said: string]> = [
    ["wtach", "'wtach' is none of its commands: did you mean watch?"],
    ["help pign", "'pign' is none of its commands: did you mean ping?"],
    ["xyz", "'xyz' is none of its commands\n"],
    ["watch --jsno", "watch: --jsno is none of its flags: did you mean --json?"],
    ["watch --JSON", "did you mean --json?"],
    ["watch --intervall=1m", "--intervall is none of its flags: did you mean --interval?"],
    ["--json watch", "--json is none of its flags"],
    ["watch --json --json", "--json is given twice"],
    ["watch --json=perhaps", "--json: 'perhaps' is none of true, false"],
    ["watch --interval", "--interval: the value is missing: write --interval duration"],
    ["watch --interval --json", "--interval: the value is missing"],
    ["watch now", "'now' is neither a flag nor the value of one"],
    ["auth --style foo", "--style: 'foo' is none of document-literal, rpc-encoded"],
    [
      "auth --style=rpc-encodde",
      "--style: 'rpc-encodde' is none of document-literal, rpc-encoded: did you mean rpc-encoded?"
    ],
    ["--log-level loud watch", "--log-level: 'loud' is none of"],
    ["watch --log-level loud", "--log-level: 'loud' is none of"],
    ["--completions sh", "--completions: 'sh' is none of bash, zsh, fish"]
  ]
  for (const [line, said] of rows) {
    it.effect(`ends with 2 and says why: ${line}`, () =>
      Effect.gen(function* () {
        const { code, stderr, stdout } = yield* cli(line.split(" "))
        assert.deepStrictEqual([code, stdout], [2, ""])
        assert.include(stderr, said)
        assert.match(stderr, /\nclickatell-ping help.* says more\n$/)
      })
    )
  }

  it.effect("is quoted as a text, and nothing that a terminal obeys", () =>
    Effect.gen(function* () {
      const { stderr } = yield* cli(["\u001b[2J"])
      assert.include(stderr, "'\\u001b[2J'")
    })
  )
})

const escape = "\u001b["

/** Whether the help is coloured in a pipe. */
const piped = (env: Readonly<Record<string, string>>) =>
  Effect.map(
    Effect.flatMap(start(["help"], env), ({ ended }) => ended),
    ({ stdout }) => stdout.includes(escape)
  )

/** What a terminal is sent. */
const shown = (env: Readonly<Record<string, string>>) =>
  Effect.map(
    Effect.flatMap(startOnTerminal(["help", "watch"], { columns: 60, rows: 24 }, env), ({ ended }) => ended),
    ({ stdout }) => stdout
  )

it.scopedLive("a refusal is broken between its words at the end of a terminal's line", () =>
  Effect.gen(function* () {
    const refused = yield* startOnTerminal(["auth", "--style", "foo"], { columns: 40, rows: 24 }, { NO_COLOR: "1" })
    const { code, stdout } = yield* refused.ended
    assert.strictEqual(code, 2)
    const lines = stdout.trim().split(/\r?\n/)
    assert.isAtMost(Math.max(...lines.map(({ length }) => length)), 40)
    assert.strictEqual(
      lines.join(" "),
      "clickatell-ping auth: --style: 'foo' is none of document-literal, rpc-encoded clickatell-ping help auth says more"
    )
  })
)

describe("colours", () => {
  it.scopedLive("go into a pipe where FORCE_COLOR says so, whatever NO_COLOR says", () =>
    Effect.gen(function* () {
      assert.isFalse(yield* piped({ NO_COLOR: "" }))
      assert.isTrue(yield* piped({ NO_COLOR: "1", FORCE_COLOR: "1" }))
      assert.isFalse(yield* piped({ NO_COLOR: "", FORCE_COLOR: "0" }))
    })
  )

  it.scopedLive("and the width of the help are the terminal's", () =>
    Effect.gen(function* () {
      const coloured = yield* shown({ NO_COLOR: "" })
      assert.include(coloured, escape)
      const plain = yield* shown({ NO_COLOR: "1" })
      assert.notInclude(plain, escape)
      const widths = plain.split(/\r?\n/).map(({ length }) => length)
      assert.isAtMost(Math.max(...widths), 60)
      assert.isAbove(Math.max(...widths), 50)
      assert.notInclude(yield* shown({ NO_COLOR: "", TERM: "dumb" }), escape)
    })
  )
})
