// The address that a package has once it is packed, and what keeps one from being published.
import { assert, describe, it } from "@effect/vitest"
import { addressOf, withAddress } from "../../scripts/packing/address.mjs"
import { obstaclesOf } from "../../scripts/packing/obstacles.mjs"

const repository = { type: "git", url: "git+https://example.org/it.git" }
const own = { repository, homepage: "https://example.org/it", bugs: "https://example.org/it/issues" }
const workflow = { GITHUB_REPOSITORY: "someone/it" }

describe("the address", () => {
  it("is the root manifest's where that has one, in a workflow too", () => {
    assert.deepStrictEqual(addressOf(own, workflow), own)
    assert.deepStrictEqual(addressOf({ repository }, workflow), { repository })
  })

  it("is otherwise that of the repository whose workflow this is", () => {
    const github = {
      repository: { type: "git", url: "git+https://github.com/someone/it.git" },
      homepage: "https://github.com/someone/it#readme",
      bugs: "https://github.com/someone/it/issues"
    }
    assert.deepStrictEqual(addressOf({}, workflow), github)
    const { repository } = addressOf({}, { ...workflow, GITHUB_SERVER_URL: "https://git.example" }) ?? {}
    assert.deepStrictEqual(repository, { type: "git", url: "git+https://git.example/someone/it.git" })
  })

  it.each([{}, { GITHUB_REPOSITORY: "" }, { GITHUB_REPOSITORY: "it" }, { GITHUB_REPOSITORY: "a/b c" }])(
    "is none with %j",
    (env) => assert.isUndefined(addressOf({}, env))
  )

  it("is written into a manifest with the package's directory, or not at all", () => {
    const manifest = { name: "it" }
    assert.deepStrictEqual(withAddress(manifest, undefined, "packages/it"), manifest)
    assert.deepStrictEqual<object>(withAddress(manifest, own, "packages/it"), {
      ...manifest,
      ...own,
      repository: { ...repository, directory: "packages/it" }
    })
  })
})

describe("a release", () => {
  const changes = "# Changelog\n\n## Unreleased\n\n## 1.2.0 - 2026-11-26\n"

  it("has no obstacle where there are an address and a part of the list of changes", () => {
    assert.deepStrictEqual(obstaclesOf({}, workflow, changes, "1.2.0"), [])
    assert.deepStrictEqual(obstaclesOf(own, {}, changes, "1.2.0"), [])
  })

  it("is refused without either", () => {
    const [address = "", part = "", ...others] = obstaclesOf({}, {}, changes, "1.2")
    assert.include(address, "there is no address")
    assert.include(part, "CHANGELOG.md has no part for 1.2:")
    assert.isEmpty(others)
  })

  it("is refused under the tag of another version", () => {
    const tagged = { ...workflow, GITHUB_REF_TYPE: "tag", GITHUB_REF_NAME: "v1.2.0" }
    assert.deepStrictEqual(obstaclesOf({}, tagged, changes, "1.2.0"), [])
    const wrong = { ...tagged, GITHUB_REF_NAME: "v1.3.0" }
    assert.deepStrictEqual(obstaclesOf({}, wrong, changes, "1.2.0"), ["the tag is v1.3.0, and the packages are 1.2.0"])
  })
})
