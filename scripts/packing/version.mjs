// The next version of all packages, as the changesets ask for it.
import { execFileSync } from "node:child_process"
import * as fs from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"

const changeset = createRequire(import.meta.url).resolve("@changesets/cli/bin.js")

const manifestsOf = (/** @type {string} */ root) =>
  fs.readdirSync(join(root, "packages")).map((name) => join("packages", name, "package.json"))

const changesetsOf = (/** @type {string} */ root) =>
  fs
    .readdirSync(join(root, ".changeset"))
    .filter((file) => file.endsWith(".md") && file !== "README.md")
    .map((file) => join(".changeset", file))

const withoutPeers = (/** @type {string} */ manifest) =>
  JSON.stringify({ ...JSON.parse(manifest), peerDependencies: {}, devDependencies: {} })

/**
 * The version that the changesets ask for: the present one where there are none.
 *
 * They are applied to a copy without peers. For a minor of a peer the tool would have everybody who asks for it go to the next major,
 * which is meant for packages that go their own ways; ours share one number.
 *
 * @param {string} root
 * @returns {string}
 */
export const nextVersion = (root) => {
  const copy = fs.mkdtempSync(join(tmpdir(), "clickatell-version-"))
  const put = (/** @type {string} */ file, change = (/** @type {string} */ text) => text) => {
    fs.mkdirSync(dirname(join(copy, file)), { recursive: true })
    fs.writeFileSync(join(copy, file), change(fs.readFileSync(join(root, file), "utf8")))
  }
  try {
    for (const file of ["package.json", "pnpm-workspace.yaml", ".changeset/config.json", ...changesetsOf(root)])
      put(file)
    for (const file of manifestsOf(root)) put(file, withoutPeers)
    execFileSync(process.execPath, [changeset, "version"], { cwd: copy, stdio: ["ignore", "ignore", "inherit"] })
    const versions = manifestsOf(copy).map((file) => JSON.parse(fs.readFileSync(join(copy, file), "utf8")).version)
    const [version = ""] = versions
    if (versions.some((it) => it !== version)) throw new Error(`the packages go apart: ${versions.join(", ")}`)
    return version
  } finally {
    fs.rmSync(copy, { recursive: true })
  }
}

/** The heading of a version in the list of changes. */
const heading = (/** @type {string} */ version) => `## ${version}`

export const isReleased = (/** @type {string} */ changes, /** @type {string} */ version) =>
  changes.split("\n").some((line) => line.startsWith(`${heading(version)} `))

/**
 * The list of changes, in which what was unreleased is this version's.
 *
 * @param {string} changes
 * @param {string} version
 * @param {string} date
 */
export const release = (changes, version, date) => {
  if (isReleased(changes, version)) throw new Error(`${version} is released, and no changeset asks for another version`)
  if (!changes.includes("\n## Unreleased\n")) throw new Error('CHANGELOG.md has no part "Unreleased"')
  return changes.replace("\n## Unreleased\n", `\n## Unreleased\n\n${heading(version)} - ${date}\n`)
}

/**
 * Gives all packages the version that the changesets ask for, and the list of changes its heading; uses the changesets up.
 *
 * @param {string} root
 * @param {string} date
 */
export const bringToVersion = (root, date) => {
  const version = nextVersion(root)
  const rewrite = (/** @type {string} */ file, /** @type {(text: string) => string} */ change) =>
    fs.writeFileSync(join(root, file), change(fs.readFileSync(join(root, file), "utf8")))
  rewrite("CHANGELOG.md", (changes) => release(changes, version, date))
  for (const file of manifestsOf(root)) {
    rewrite(file, (manifest) => manifest.replace(/^( {2}"version": )".*"/m, `$1"${version}"`))
  }
  // The command line is one file, which cannot read its manifest.
  rewrite("packages/cli/src/cli.ts", (source) => source.replace(/^(const version = )".*"$/m, `$1"${version}"`))
  for (const file of changesetsOf(root)) fs.rmSync(join(root, file))
  return version
}
