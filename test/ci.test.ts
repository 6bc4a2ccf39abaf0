// What CI runs of others' is named exactly: a tag of an action and the newest version of a tool can change overnight.
import { assert, describe, it } from "@effect/vitest"
import * as fs from "node:fs"

const root = new URL("../", import.meta.url)
const read = (path: string) => fs.readFileSync(new URL(path, root), "utf8")

const workflows = fs.readdirSync(new URL(".github/workflows/", root)).map((file) => read(`.github/workflows/${file}`))
const steps = workflows.flatMap((workflow) => workflow.split(/^ +- /m))
const actions = steps.flatMap((step) => /^ *uses: *(.*)$/m.exec(step)?.[1] ?? [])

describe("the workflows", () => {
  it("use actions by commit, with the version beside it", () => {
    assert.isNotEmpty(actions)
    for (const action of actions) assert.match(action, /^[\w-]+\/[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
  })

  it("leave no token where later steps, and what they install, could read it", () => {
    const checkouts = steps.filter((step) => step.includes("actions/checkout@"))
    assert.isNotEmpty(checkouts)
    for (const step of checkouts) assert.match(step, /^ +persist-credentials: false$/m)
    for (const workflow of workflows) assert.match(workflow, /^permissions:\n  contents: read$/m)
  })

  it("let only the job that publishes speak in the repository's name, and keep no secret for it", () => {
    const jobs = workflows.flatMap((workflow) => workflow.split(/^(?= {2}[\w-]+:$)/m))
    const trusted = jobs.filter((job) => job.includes("id-token: write"))
    assert.lengthOf(trusted, 1)
    assert.match(trusted[0] ?? "", /^ {2}publish:\n[^]* run release$/m)
    assert.notInclude(trusted[0], ".ci/run")
    for (const workflow of workflows) assert.notInclude(workflow, "secrets.")
  })
})

describe(".ci/run", () => {
  const script = read(".ci/run")

  it("runs the pnpm of package.json, which is one exact version", () => {
    assert.match(JSON.parse(read("package.json")).packageManager, /^pnpm@\d+\.\d+\.\d+$/)
    assert.include(script, `npx "$package_manager" "$@"`)
    assert.notInclude(script, "npx pnpm")
  })

  it("names no registry, which is for whoever runs it to choose", () => {
    assert.notMatch(script, /https?:|registry=/)
  })
})
