// Runs the Effect language service over every project. It says "Checked 0 files" and exits 0 when a tsconfig.json is not
// found or has lost its plugin entry, so the number of files is checked as well.
import { spawnSync } from "node:child_process"
import { resolve } from "node:path"

const root = resolve(import.meta.dirname, "..")
const result = spawnSync(
  resolve(root, "node_modules/.bin/effect-language-service"),
  ["diagnostics", "--project", "tsconfig.json", "--strict", "--severity", "error,warning", "--format", "text"],
  { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 }
)
process.stdout.write(result.stdout ?? "")
process.stderr.write(result.stderr ?? "")
const counted = /Checked (\d+) files/.exec(`${result.stdout}${result.stderr}`)
if (result.status !== 0) {
  console.error(`effect diagnostics: exit code ${result.status ?? result.signal ?? result.error?.message}`)
  process.exitCode = 1
} else if (counted === null || Number(counted[1]) === 0) {
  console.error("effect diagnostics: no file was checked")
  process.exitCode = 1
}
