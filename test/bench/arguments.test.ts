import { assert, describe, it } from "@effect/vitest"
import { parse } from "../../scripts/bench/arguments.ts"
import { suiteNames } from "../../scripts/bench/suites.ts"

describe("the command line of the benchmark", () => {
  it("runs everything seven times by default, and writes nothing", () => {
    assert.deepStrictEqual(parse([]), { suites: suiteNames, repetitions: 7, json: undefined, update: false })
  })

  it("takes every flag", () => {
    assert.deepStrictEqual(parse(["--quick", "--only", "core", "--only", "ping", "--json", "out.json", "--update"]), {
      suites: ["core", "ping"],
      repetitions: 3,
      json: "out.json",
      update: true
    })
  })

  it("refuses what it does not know, and says what there is", () => {
    assert.throws(() => parse(["--only", "pong"]), /--only pong: there is ping, young, core/)
    assert.throws(() => parse(["--fast"]), /--fast/)
  })
})
