// From changesets to a version, in a folder with packages that ask for each other as ours do.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as fs from "node:fs"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { bringToVersion, nextVersion, release } from "../../scripts/packing/version.mjs"

const root = new URL("../../", import.meta.url)
const config = fs.readFileSync(new URL(".changeset/config.json", root), "utf8")
const changes = "# Changelog\n\nWords.\n\n## Unreleased\n\n### Added\n\n- One.\n"

const manifest = (name: string, peers: Readonly<Record<string, string>> = {}) =>
  JSON.stringify({ name: `@effect-clickatell/${name}`, version: "0.1.0", peerDependencies: peers }, null, 2)

const wanting = (bump: string) => ({ ".changeset/one.md": `---\n"@effect-clickatell/core": ${bump}\n---\n\nOne.\n` })

/** A repository with these files beside two packages, of which one asks for the other. */
const repository = (files: Readonly<Record<string, string>> = {}) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => fs.mkdtempSync(join(tmpdir(), "clickatell-repository-"))),
      (folder) => Effect.sync(() => fs.rmSync(folder, { recursive: true }))
    ),
    (folder) => {
      const all = {
        "package.json": '{ "name": "it", "private": true }',
        "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
        "CHANGELOG.md": changes,
        ".changeset/config.json": config,
        "packages/cli/package.json": manifest("cli"),
        "packages/cli/src/cli.ts": 'const version = "0.1.0"\n',
        "packages/core/package.json": manifest("core"),
        "packages/platform/package.json": manifest("platform", { "@effect-clickatell/core": "workspace:^" }),
        ...files
      }
      for (const [file, text] of Object.entries(all)) {
        fs.mkdirSync(dirname(join(folder, file)), { recursive: true })
        fs.writeFileSync(join(folder, file), text)
      }
      return folder
    }
  )

describe("the next version", () => {
  it.scoped.each([
    ["patch", "0.1.1"],
    ["minor", "0.2.0"],
    ["major", "1.0.0"]
  ] as const)("after a %s of one package is %s for all", ([bump, version]) =>
    Effect.gen(function* () {
      assert.strictEqual(nextVersion(yield* repository(wanting(bump))), version)
    })
  )

  it.scoped("is the present one without a changeset, as for a first release", () =>
    Effect.gen(function* () {
      assert.strictEqual(nextVersion(yield* repository()), "0.1.0")
    })
  )
})

describe("a repository", () => {
  it.scoped("is brought to it once: manifests, list of changes, and no changeset left", () =>
    Effect.gen(function* () {
      const folder = yield* repository(wanting("minor"))
      const read = (file: string) => fs.readFileSync(join(folder, file), "utf8")
      assert.strictEqual(bringToVersion(folder, "2026-11-26"), "0.2.0")
      for (const name of ["core", "platform"]) {
        const before = name === "core" ? manifest(name) : manifest(name, { "@effect-clickatell/core": "workspace:^" })
        assert.strictEqual(read(`packages/${name}/package.json`), before.replace("0.1.0", "0.2.0"))
      }
      assert.strictEqual(read("packages/cli/src/cli.ts"), 'const version = "0.2.0"\n')
      assert.include(read("CHANGELOG.md"), "\n## Unreleased\n\n## 0.2.0 - 2026-11-26\n\n### Added\n")
      assert.deepStrictEqual(fs.readdirSync(join(folder, ".changeset")), ["config.json"])
      assert.throws(() => bringToVersion(folder, "2026-11-27"), /0\.2\.0 is released/)
    })
  )
})

describe("the list of changes", () => {
  it("is refused where nothing in it is unreleased", () => {
    assert.throws(() => release("# Changelog\n", "1.0.0", "2026-11-26"), /Unreleased/)
  })

  it("of this repository can be released, and the command line says its version", () => {
    const { version } = JSON.parse(fs.readFileSync(new URL("packages/cli/package.json", root), "utf8"))
    const source = fs.readFileSync(new URL("packages/cli/src/cli.ts", root), "utf8")
    assert.include(source, `\nconst version = "${version}"\n`)
    const own = fs.readFileSync(new URL("CHANGELOG.md", root), "utf8")
    assert.include(release(own, "999.0.0", "2026-11-26"), "\n## 999.0.0 - 2026-11-26\n")
  })
})
