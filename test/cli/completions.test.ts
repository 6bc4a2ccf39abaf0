// In the real shells; CI has them all, and elsewhere one that is missing is left out.
import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Effect, Order } from "effect"
import { spawnSync } from "node:child_process"
import * as fs from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { temporaryFolder } from "../interop/support.ts"
import { cli } from "./inProcess.ts"

const required = process.env["CLICKATELL_REQUIRE_SHELLS"] === "1"

const drivers = {
  // What bash itself does at a tab: it splits the line, calls the function and takes what that leaves behind.
  bash: [
    "--norc",
    "-c",
    `source "$1"; words=($2); [[ $2 == *" " ]] && words+=(""); COMP_WORDS=(); for word in "\${words[@]}"; do
      if [[ $word == --*=* ]]; then COMP_WORDS+=("\${word%%=*}" "=" "\${word#*=}"); else COMP_WORDS+=("$word"); fi
    done; COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); complete -p clickatell-ping >/dev/null && _clickatell_ping && printf '%s\\n' "\${COMPREPLY[@]}"`,
    "bash"
  ],
  fish: ["--no-config", "-c", `source $argv[1]; complete -C $argv[2] | string replace -r '\\t.*' ''`],
  zsh: ["-f", fileURLToPath(new URL("complete.zsh", import.meta.url))]
} as const

for (const shell of ["bash", "zsh", "fish"] as const) {
  const isMissing = !required && spawnSync(shell, ["--version"]).status !== 0
  const test = it.scoped.skipIf(isMissing)

  const complete = (line: string) =>
    Effect.gen(function* () {
      const script = join(yield* temporaryFolder, "script")
      const { code, stdout } = yield* cli(["--completions", shell])
      assert.strictEqual(code, 0)
      fs.writeFileSync(script, stdout)
      const { stderr, stdout: completed } = spawnSync(shell, [...drivers[shell], script, line], {
        encoding: "utf8",
        cwd: fileURLToPath(new URL("../fixtures/", import.meta.url)),
        timeout: 30_000
      })
      assert.strictEqual(stderr, "", line)
      const words = completed.split("\n").filter((word) => word !== "")
      return Arr.dedupe(Arr.sort(words, Order.string))
    })

  const completes = (line: string, expected: ReadonlyArray<string>, others: ReadonlyArray<string> = []) =>
    Effect.map(complete(line), (words) => {
      assert.includeMembers(words, [...expected], line)
      for (const other of others) assert.notInclude(words, other, line)
    })

  describe(`completions of ${shell}${isMissing ? ", which is not installed here" : ""}`, () => {
    test("of commands, and of what all of them take", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* complete("clickatell-ping wa"), ["watch"])
        yield* completes("clickatell-ping ", ["auth", "ping", "watch", "doctor", "emulate", "help"])
        yield* completes("clickatell-ping help ", ["auth", "emulate"], ["--json"])
        yield* completes("clickatell-ping --", ["--help", "--version", "--completions", "--log-level"], ["--interval"])
      }))

    test("of the flags of a command, behind it", () =>
      Effect.gen(function* () {
        yield* completes("clickatell-ping watch --", ["--interval", "--for", "--json", "--help"], ["--port", "watch"])
        yield* completes("clickatell-ping watch --json --i", ["--interval"], ["--port", "--json"])
        yield* completes("clickatell-ping --log-level debug emulate --p", ["--port", "--page"], ["--interval"])
        yield* completes("clickatell-ping watch --interval 5m --", ["--for"], ["--port"])
      }))

    test("of values", () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* complete("clickatell-ping auth --style "), ["document-literal", "rpc-encoded"])
        assert.deepStrictEqual(yield* complete("clickatell-ping --completions f"), ["fish"])
        yield* completes("clickatell-ping --log-level ", ["debug", "none"], ["auth"])
        yield* completes("clickatell-ping emulate --script tl", [shell === "fish" ? "tls/" : "tls"])
        assert.deepStrictEqual(yield* complete("clickatell-ping watch --interval "), [])
        const assigned = yield* complete("clickatell-ping auth --style=r")
        assert.deepStrictEqual(
          assigned.map((word) => word.replace(/^--style=/, "")),
          ["rpc-encoded"]
        )
      }))
  })
}
