// A README begins with the line to type, since without numbers npm brings Effect 4, and ioredis 6.
import { assert, describe, it } from "@effect/vitest"
import * as fs from "node:fs"

interface Manifest {
  readonly name: string
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
}

const root = new URL("../../", import.meta.url)
const read = (path: string) => fs.readFileSync(new URL(path, root), "utf8")
const folders = fs.readdirSync(new URL("packages/", root))

/** The peers whose newest major is another one. */
const majors: Readonly<Record<string, string>> = { effect: "effect@3", ioredis: "ioredis@5" }

/** What the first block under the title asks npm for. */
const line = (readme: string): ReadonlyArray<string> => {
  const [, command = ""] = /^# .*\n\n```sh\n(npm install .*)\n```\n/.exec(readme) ?? []
  return command.split(" ").slice(2)
}

const wanted = ({ name, peerDependencies = {}, peerDependenciesMeta = {} }: Manifest): ReadonlyArray<string> => [
  name,
  ...Object.keys(peerDependencies)
    .filter((peer) => peerDependenciesMeta[peer]?.optional !== true)
    .map((peer) => majors[peer] ?? (peer.startsWith("@effect/") ? `${peer}@0` : peer))
]

describe("a README begins with the line that installs", () => {
  it.each(folders)("packages/%s, and all that it wants beside it", (folder) => {
    const manifest: Manifest = JSON.parse(read(`packages/${folder}/package.json`))
    const typed = line(read(`packages/${folder}/README.md`)).filter((word) => !word.startsWith("--"))
    assert.sameMembers([...typed], [...wanted(manifest)])
  })

  it("the libraries, in the repository", () => {
    assert.includeMembers(
      [...line(read("README.md"))],
      ["effect@3", "@effect-clickatell/core", "@effect-clickatell/platform"]
    )
  })
})
