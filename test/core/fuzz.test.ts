import * as Envelope from "@effect-clickatell/core/Envelope"
import * as Ping from "@effect-clickatell/core/Ping"
import { Transport } from "@effect-clickatell/core/Transport"
import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Cause, Effect, Either, Exit, FastCheck, Option, Order } from "effect"
import { setImmediate as others } from "node:timers/promises"
import { fixture, fixturesIn, sessionId, summary, transport } from "./codec.ts"
import { mutate, random } from "./mutate.ts"
import { pingReturn, read, saysOk } from "./strictXml.ts"
import { assertAsStrict } from "./validator.ts"

// A long run lets `others` have their turn, lest the runner take the test for dead.
// For more: pnpm fuzz --runs 10000000 --seed 2
const runs = Number(process.env["FUZZ_RUNS"] ?? 50_000)
const seed = Number(process.env["FUZZ_SEED"] ?? 1)

interface Document {
  readonly file: string
  readonly bytes: Uint8Array
  readonly style: Envelope.Style
}

const hasOk = (bytes: Uint8Array): boolean => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes("OK")

const corpus: ReadonlyArray<Document> = ["replies", "replies/ok", "replies/odd", "replies/hostile"]
  .flatMap(fixturesIn)
  .map((file) => ({ file, bytes: fixture(file) }))
  // The small ones, of which a run can make many mutants.
  .filter(({ bytes }) => bytes.length <= 4_096)
  .map((it) => ({ ...it, style: /rpc-encoded|latin1/.test(it.file) ? "rpc-encoded" : "document-literal" }))
const withoutOk = corpus.filter(({ bytes }) => !hasOk(bytes) && !new TextDecoder().decode(bytes).includes("&#"))

const id = sessionId()
const reasons = new Set([
  "Encoding",
  "Empty",
  "DtdForbidden",
  "IllegalCharacter",
  "NotWellFormed",
  "TooDeep",
  "NotSoap",
  "UnexpectedContent",
  "MustUnderstand"
])

const ping = ({ bytes, style }: Document) =>
  Effect.runSyncExit(Effect.provideService(Ping.ping(id), Transport, transport(bytes, { style })))

/** The outcome in a line; anything but success or one of the five errors is a bug. */
const outcome = (document: Document): string =>
  Exit.match(ping(document), {
    onSuccess: () => "Success",
    onFailure: (cause) =>
      Option.match(Cause.failureOption(cause), {
        onNone: () => assert.fail(Cause.pretty(cause)),
        onSome: summary
      })
  })

/** What the strict reader finds, which decodes the bytes as the package is documented to. */
const strictly = ({ bytes, style }: Document) => {
  const latin1 = Buffer.from(bytes).toString("latin1")
  if (style === "rpc-encoded" && /^<\?xml[^>]*iso-8859-1/i.test(latin1.slice(0, 500))) return read(latin1)
  try {
    return read(new TextDecoder("utf-8", { fatal: true }).decode(bytes))
  } catch {
    return undefined
  }
}

// Legal in XML, and refused: names that the parser keeps from programs that make objects of elements, names with letters beyond
// U+FFFF, and the two letters of XML that are white space elsewhere (U+1680 and U+FEFF; all here in the bytes of UTF-8).
const refused = /__proto__|constructor|prototype|[\xf0-\xf4]|\xe1\x9a\x80|\xef\xbb\xbf/

const describeMutant = (mutant: Document, run: number) =>
  `run ${run} of seed ${seed}, a mutant of ${mutant.file}:\n${JSON.stringify(Buffer.from(mutant.bytes).toString("latin1"))}`

const check = (mutant: Document, parsed: ReturnType<typeof Envelope.parse>, run: number): void => {
  if (Either.isLeft(parsed)) {
    assert.isTrue(reasons.has(parsed.left), parsed.left)
    if (run % 64 === 0) assert.strictEqual(outcome(mutant), `MalformedReply ${parsed.left}`)
    if (
      parsed.left === "NotWellFormed" &&
      !refused.test(Buffer.from(mutant.bytes).toString("latin1")) &&
      strictly(mutant) !== undefined
    ) {
      assert.fail(`was refused, but is well-formed: ${describeMutant(mutant, run)}`)
    }
    return
  }
  const tree = strictly(mutant)
  if (tree === undefined) return assert.fail(`was read, but is not well-formed: ${describeMutant(mutant, run)}`)
  const text = pingReturn(tree)
  const succeeded = outcome(mutant) === "Success"
  if (succeeded !== (text !== undefined && saysOk(text))) {
    assert.fail(`${succeeded ? "succeeded" : "failed"}, and should not have: ${describeMutant(mutant, run)}`)
  }
}

const mutants = function* (sources: ReadonlyArray<Document>, count: number, accept: (bytes: Uint8Array) => boolean) {
  const next = random(seed)
  const pick = () => sources[next(sources.length)] as Document
  for (let run = 0; run < count; run++) {
    const source = pick()
    const bytes = mutate(next, source.bytes, pick().bytes)
    const style: Envelope.Style = next(8) === 0 ? "rpc-encoded" : source.style
    yield [run, { ...source, style, bytes: accept(bytes) ? bytes : source.bytes }] as const
  }
}

const median = (times: Float64Array) => Arr.sort(times, Order.number)[times.length >> 1] ?? 0

const timed = ({ bytes, style }: Document) => {
  const before = performance.now()
  const parsed = Envelope.parse(style, bytes)
  return { parsed, time: performance.now() - before }
}

describe(`${runs} mutants of ${corpus.length} replies, seed ${seed}`, () => {
  const half = Math.ceil(runs / 2)

  it("are read as what they are, or refused with a reason, in a bounded time", { timeout: 0 }, async () => {
    const times = new Float64Array(Math.min(half, 1_000_000))
    const slowest: Array<readonly [number, Document]> = []
    let suspicious = Infinity
    for (const [run, mutant] of mutants(corpus, half, () => true)) {
      const { parsed, time } = timed(mutant)
      times[run % times.length] = time
      if (run === 1_000) suspicious = 1_000 * median(times.subarray(0, run))
      if (time > suspicious) slowest.push([run, mutant])
      check(mutant, parsed, run)
      if (run % 10_000 === 0) await others()
    }
    // A pause of the machine does not come again: what is slow three times is slow by itself.
    const limit = 2_000 * median(times)
    const slow = slowest.filter(([, mutant]) => [1, 2, 3].every(() => timed(mutant).time > limit))
    assert.deepStrictEqual(
      slow.map(([run, mutant]) => describeMutant(mutant, run)),
      []
    )
  })

  it("are never a success where no OK was in the source and none was put in", { timeout: 0 }, async () => {
    assert.isAbove(withoutOk.length, 100)
    for (const [run, mutant] of mutants(withoutOk, half, (bytes) => !hasOk(bytes))) {
      const parsed = Envelope.parse(mutant.style, mutant.bytes)
      if (Either.isRight(parsed) && outcome(mutant) === "Success") assert.fail(describeMutant(mutant, run))
      if (run % 10_000 === 0) await others()
    }
  })

  it("are refused by the grammar alone wherever the parser's own validator refuses them", { timeout: 0 }, async () => {
    const judged = { both: 0, grammar: 0, none: 0 }
    const decoder = new TextDecoder()
    for (const [run, mutant] of mutants(corpus, half, () => true)) {
      judged[assertAsStrict(decoder.decode(mutant.bytes), describeMutant(mutant, run))]++
      if (run % 10_000 === 0) await others()
    }
    // The mutants are of all kinds, lest nothing was compared.
    for (const count of Object.values(judged)) assert.isAbove(count, runs / 1_000)
  })

  it("leave the prototypes as they were", () => {
    assert.deepStrictEqual(Object.keys(Object.prototype), [])
    assert.isUndefined(Reflect.get({}, "polluted"))
    assert.isUndefined(Reflect.get([], "polluted"))
  })
})

const total = (bytes: Uint8Array, style: Envelope.Style) => {
  const parsed = Envelope.parse(style, bytes)
  if (Either.isLeft(parsed)) assert.isTrue(reasons.has(parsed.left), parsed.left)
  assert.isString(outcome({ file: "", bytes, style }))
}

describe("any bytes", () => {
  const style = FastCheck.constantFrom<Envelope.Style>("document-literal", "rpc-encoded")

  it.prop("are an envelope or a reason", [FastCheck.uint8Array({ maxLength: 300 }), style], ([bytes, style]) =>
    total(bytes, style)
  )

  it.prop("and so is any text", [FastCheck.string({ unit: "binary", maxLength: 300 }), style], ([text, style]) =>
    total(new TextEncoder().encode(text), style)
  )

  const pieces = "< > / = \" ' & ; ! ? - [ ] : # x <a </a> <!-- --> <![CDATA[ ]]> <? xmlns &# e:Envelope e:Body".split(
    " "
  )
  const piece = FastCheck.constantFrom(...pieces, " ", "\n")
  it.prop("and so is any heap of markup", [FastCheck.array(piece, { maxLength: 60 }), style], ([pieces, style]) =>
    total(new TextEncoder().encode(pieces.join("")), style)
  )

  it.prop(
    "and the grammar is as strict with it as the validator",
    [FastCheck.array(piece, { maxLength: 60 })],
    ([pieces]) => {
      const markup = pieces.join("")
      for (const xml of [markup, `<a>${markup}</a>`, `<a ${markup}/>`]) assertAsStrict(xml, xml)
    }
  )
})
