// What each layer gives and what it needs, read from the types that the packages' sources declare.
import { Array as Arr } from "effect"
import * as fs from "node:fs"
import { basename, resolve } from "node:path"
import ts from "typescript"
import { importsOf } from "./imports.ts"
import * as svg from "./svg.ts"

const root = resolve(import.meta.dirname, "../..")

/** One way to make a service. */
interface Maker {
  readonly name: string
  readonly gives: string
  readonly needs: ReadonlyArray<string>
}

/** `Layer<A, E, R>`, or the effect that makes a value which has no layer. */
const isMaker = ({ typeName }: ts.TypeReferenceNode): boolean =>
  ["Layer.Layer", "Effect.fn.Return"].includes(typeName.getText())

const membersOf = (type: ts.TypeNode | undefined): ReadonlyArray<string> => {
  if (type === undefined) return []
  if (ts.isUnionTypeNode(type)) return type.types.flatMap(membersOf)
  const name = ts.isTypeReferenceNode(type) ? (type.typeName.getText().split(".").at(-1) ?? "") : type.getText()
  return name === "never" || name === "Scope" ? [] : [name]
}

/** The first type of this kind that an export declares: the result of its function. */
const declared = (node: ts.Node): ts.TypeReferenceNode | undefined =>
  ts.isTypeReferenceNode(node) && isMaker(node) ? node : ts.forEachChild(node, declared)

/** The option or parameter with an effect whose needs are the caller's, as `credentials` is. */
const openOf = (source: string): string => /(\w+)\??: [^\n]*\bEffect\.Effect<[^>]*\bR>/.exec(source)?.[1] ?? ""

const makersOf = (file: string): ReadonlyArray<Maker> => {
  const module = basename(file, ".ts")
  const text = fs.readFileSync(resolve(root, file), "utf8")
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  return source.statements.filter(ts.isVariableStatement).flatMap(({ declarationList, modifiers = [] }) => {
    if (!modifiers.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)) return []
    return declarationList.declarations.flatMap((declaration) => {
      const name = declaration.name.getText()
      const type = declared(declaration)
      // A session has both, and its layer says what its `make` does.
      const isMade = name.startsWith("layer") || (name === "make" && !text.includes("export const layer"))
      if (!isMade || type === undefined) return []
      const [gives, , needs] = type.typeArguments ?? []
      return [
        {
          name: `${module}.${name}`,
          gives: membersOf(gives)[0] ?? module,
          needs: membersOf(needs).map((need) => (need === "R" ? `the needs of ${openOf(text)}` : need))
        }
      ]
    })
  })
}

const find = (): ReadonlyArray<Maker> =>
  ["core", "platform", "redis", "testing"].flatMap((name) => {
    const folder = `packages/${name}/src`
    const files = fs.readdirSync(resolve(root, folder)).filter((file) => /^[A-Z]\w+\.ts$/.test(file))
    return files.flatMap((file) => makersOf(`${folder}/${file}`))
  })

/** Whether a module makes sessions that look for a store, which no type says: it may be missing. */
const looksForStore = (module: string): boolean => {
  const shared = "core/internal/session/shared"
  return (
    importsOf(`core/${module}`).includes(shared) && importsOf(shared).includes("core/internal/session/store/reference")
  )
}

interface Row {
  readonly names: string
  readonly needs: ReadonlyArray<string>
}

/** Makers of one module that need the same share a row; those that need the very service which they give come last. */
const rowsOf = (makers: ReadonlyArray<Maker>): ReadonlyArray<Row> => {
  const alike = Arr.groupBy(makers, ({ name, needs }) => [name.split(".")[0], ...needs].join())
  return Object.values(alike)
    .map(([first, ...others]) => ({
      names: [first.name, ...others.map(({ name }) => name.split(".")[1])].join(", "),
      needs: first.needs.length === 0 ? ["nothing"] : first.needs,
      isAround: first.needs.includes(first.gives)
    }))
    .toSorted((one, other) => Number(one.isAround) - Number(other.isAround))
}

interface Box {
  readonly x: number
  readonly y: number
  readonly wide: number
}

const edge = 28
const wide = svg.width - 2 * edge
const half = 198
const right = svg.width - edge - half

const boxes: Readonly<Record<string, Box>> = {
  KeepAlive: { x: edge, y: 52, wide: half },
  Session: { x: edge, y: 158, wide: half },
  SessionMap: { x: right, y: 158, wide: half },
  Transport: { x: edge, y: 278, wide },
  SessionStore: { x: edge, y: 456, wide },
  EmulatorServer: { x: edge, y: 572, wide: half },
  Emulator: { x: right, y: 572, wide: half }
}

const tall = 19

/** In a whole box what is needed stands beside its maker, and in half a one below it. */
const linesOf = (makers: ReadonlyArray<Maker>, isWhole: boolean) =>
  rowsOf(makers).flatMap(({ names, needs }) =>
    isWhole
      ? [{ left: names, right: needs.join(", ") }]
      : [{ left: names, right: "" }, ...needs.map((need) => ({ left: "", right: need }))]
  )

const drawBox = (service: string, { wide: boxWide, x, y }: Box, makers: ReadonlyArray<Maker>) => {
  const lines = linesOf(makers, boxWide === wide)
  const height = 34 + lines.length * tall
  const drawn = [
    svg.rect(x, y, boxWide, height, "box", 8),
    svg.text(x + 12, y + 22, service, "name"),
    ...lines.flatMap(({ left, right }, index) => {
      const at = y + 42 + index * tall
      return [svg.text(x + 12, at, left, "ink-small"), svg.text(x + boxWide - 12, at, right, "small", "end")]
    })
  ]
  return { x, y, wide: boxWide, bottom: y + height, drawn }
}

type Drawn = ReturnType<typeof drawBox>

/** From the middle of what needs to the top or the side of what is needed. */
const drawNeed = (from: Drawn, to: Drawn): string =>
  from.y === to.y
    ? svg.arrow(`M${from.x + from.wide} ${from.y + 30}H${to.x - 2}`)
    : svg.arrow(`M${from.x + from.wide / 2} ${from.bottom}V${to.y - 2}`)

/** Around what lies between, in the margin that is nearer. */
const drawMaybe = ({ wide, x, y }: Drawn, to: Drawn): string => {
  const [side, margin, end] = x === edge ? [x, x - 14, to.x - 2] : [x + wide, x + wide + 14, to.x + to.wide + 2]
  return svg.arrow(`M${side} ${y + 30}H${margin}V${to.y + 30}H${end}`, "maybe")
}

export const draw = (): string => {
  const makers = find()
  const services = Arr.dedupe(makers.map(({ gives }) => gives))
  const missing = services.filter((service) => boxes[service] === undefined)
  if (missing.length > 0) throw new Error(`the drawing has no place for ${missing.join(", ")}`)
  const drawn = new Map(
    Object.entries(boxes).map(([service, box]) => {
      const own = makers.filter(({ gives }) => gives === service)
      if (own.length === 0) throw new Error(`no layer gives ${service}`)
      return [service, drawBox(service, box, own)]
    })
  )
  const pairs = Array.from(drawn).flatMap(([service, from]) =>
    Array.from(drawn, ([other, to]) => ({ service, from, other, to }))
  )
  const always = pairs.filter(({ other, service }) =>
    makers.every(({ gives, needs }) => gives !== service || needs.includes(other))
  )
  const maybe = pairs.filter(({ other, service }) => other === "SessionStore" && looksForStore(service))
  return svg.picture(
    712,
    "The layers, and what each needs",
    makers
      .map(({ gives, name, needs }) => `${name} gives ${gives} and needs ${needs.join(" and ") || "nothing"}`)
      .join("; "),
    [
      svg.text(svg.margin, 30, "The layers, and what each needs", "title"),
      svg.lines(
        right,
        66,
        ["In each box are the layers", "that give it, and at the", "right what they need."],
        "small"
      ),
      ...always.map(({ from, to }) => drawNeed(from, to)),
      ...maybe.map(({ from, to }) => drawMaybe(from, to)),
      ...Array.from(drawn.values()).flatMap(({ drawn }) => drawn),
      svg.legend(682, [
        [(x, y) => svg.arrow(`M${x - 8} ${y}H${x + 8}`), "needs"],
        [(x, y) => svg.arrow(`M${x - 8} ${y}H${x + 8}`, "maybe"), "uses if it is there"]
      ])
    ]
  )
}
