import { it } from "@effect/vitest"
import * as FastCheck from "effect/FastCheck"
import { Simulation } from "./model.ts"
import type { Who } from "./model.ts"
import { calls } from "./modelAccount.ts"
import { faults } from "./modelService.ts"

/** Set both to what a failure printed, to see it again. */
const seed = Number(process.env["MODEL_SEED"] ?? 20_260_923)
const runs = Number(process.env["MODEL_RUNS"] ?? 120)
const length = 20

interface Model {
  steps: number
}

class Step implements FastCheck.Command<Model, Simulation> {
  readonly name: string
  readonly act: (simulation: Simulation) => void
  constructor(name: string, act: (simulation: Simulation) => void) {
    this.name = name
    this.act = act
  }
  check() {
    return true
  }
  run(model: Model, simulation: Simulation) {
    model.steps += 1
    simulation.log.push(`-- ${this.name}`)
    this.act(simulation)
    simulation.check()
  }
  toString() {
    return this.name
  }
}

const minute = 60_000

const step = <A>(name: string, values: FastCheck.Arbitrary<A>, act: (simulation: Simulation, value: A) => void) =>
  values.map((value) => new Step(`${name} ${String(value)}`, (simulation) => act(simulation, value)))

const times = [10, 60, 500, 5000, 10_000, minute, 5 * minute, 9 * minute, 14 * minute, 15 * minute, 60 * minute]
const jumps = [-60, -14, -1, 1, 14, 60].map((minutes) => minutes * minute)

// Most of it happens to the first account, so that its state is as rich as that of one alone would be.
const whose = FastCheck.oneof(
  { weight: 3, arbitrary: FastCheck.constant<Who>(0) },
  { weight: 1, arbitrary: FastCheck.constant<Who>(1) }
)

const stepOf = <A>(
  name: string,
  values: FastCheck.Arbitrary<A>,
  act: (simulation: Simulation, who: Who, value: A) => void
) =>
  FastCheck.tuple(whose, values).map(
    ([who, value]) => new Step(`${name} ${who} ${String(value)}`, (simulation) => act(simulation, who, value))
  )

const nothing = FastCheck.constant("")
const rotation = FastCheck.tuple(
  FastCheck.constantFrom("service" as const, "provider" as const, "both" as const),
  FastCheck.nat(2)
)

const commands = FastCheck.array(
  FastCheck.oneof(
    // The first is what a failing run shrinks its other commands to.
    { withCrossShrink: true },
    { weight: 1, arbitrary: FastCheck.constant(new Step("nothing", () => {})) },
    { weight: 14, arbitrary: stepOf("call", FastCheck.constantFrom(...calls), (it, who, name) => it.call(who, name)) },
    { weight: 3, arbitrary: stepOf("nest", FastCheck.constantFrom(...calls), (it, who, name) => it.nest(who, name)) },
    { weight: 12, arbitrary: step("advance", FastCheck.constantFrom(...times), (it, time) => it.advance(time)) },
    {
      weight: 7,
      arbitrary: stepOf("fail", FastCheck.constantFrom(...faults), (it, who, fault) => it.fail(who, fault))
    },
    { weight: 3, arbitrary: step("interrupt", FastCheck.nat(9), (it, which) => it.interrupt(which)) },
    { weight: 2, arbitrary: stepOf("expire", nothing, (it, who) => it.expire(who)) },
    { weight: 1, arbitrary: stepOf("freeze", FastCheck.boolean(), (it, who, frozen) => it.freeze(who, frozen)) },
    { weight: 1, arbitrary: stepOf("lock", FastCheck.boolean(), (it, who, locked) => it.lock(who, locked)) },
    { weight: 1, arbitrary: stepOf("flap", FastCheck.boolean(), (it, who, refuse) => it.flap(who, refuse)) },
    { weight: 1, arbitrary: stepOf("seal", FastCheck.boolean(), (it, who, sealed) => it.seal(who, sealed)) },
    { weight: 2, arbitrary: stepOf("rotate", rotation, (it, who, [where, version]) => it.rotate(who, where, version)) },
    { weight: 2, arbitrary: stepOf("reset", nothing, (it, who) => it.reset(who)) },
    { weight: 1, arbitrary: step("sleep", FastCheck.constantFrom(...times), (it, time) => it.sleep(time)) },
    { weight: 1, arbitrary: step("correct", FastCheck.constantFrom(...jumps), (it, jump) => it.correct(jump)) }
  ),
  { minLength: length, maxLength: length }
)

// Closing ends most of what there is to see: one run in ten closes, somewhere in its second half.
const closing = FastCheck.oneof(
  { weight: 9, arbitrary: FastCheck.constant(undefined) },
  { weight: 1, arbitrary: FastCheck.integer({ min: length / 2, max: length - 1 }) }
)

it(`keeps its promises over ${runs} runs of ${length} commands`, () => {
  FastCheck.assert(
    FastCheck.property(
      FastCheck.constantFrom("renew" as const, "lazy" as const, "none" as const),
      FastCheck.nat(),
      commands,
      closing,
      (onExpired, jitter, steps, at) => {
        const simulation = new Simulation(String(jitter), onExpired)
        const close = new Step("close", (it) => it.close())
        const all = at === undefined ? steps : [...steps.slice(0, at), close, ...steps.slice(at + 1)]
        try {
          FastCheck.modelRun(() => ({ model: { steps: 0 }, real: simulation }), all)
          simulation.finish()
        } catch (error) {
          throw new Error(`${String(error)}\n${simulation.log.join("\n")}`, { cause: error })
        }
      }
    ),
    { numRuns: runs, seed, endOnFailure: process.env["MODEL_SHRINK"] === undefined }
  )
}, 600_000)
