import * as fs from "node:fs"
import { dirname, join } from "node:path"
import ts from "typescript"

/** A row of the table: files that belong together, and all that they import of others. */
export interface Part {
  readonly name: string
  /** Files without their ending, and folders, as `core/internal/soap`; what is named closest counts. */
  readonly files: ReadonlyArray<string>
  readonly imports: ReadonlyArray<string>
  /** Packages that are not ours; `node` is every module of Node. */
  readonly outside: ReadonlyArray<string>
}

/** Sources by their names, as `core/internal/soap/xml`. */
export type Sources = ReadonlyMap<string, string>

/** The sources of the packages, save the barrels, which only pass on. */
export const sourcesOf = (root: string): Sources =>
  new Map(
    fs.readdirSync(join(root, "packages")).flatMap((name) => {
      const folder = join(root, "packages", name, "src")
      return fs
        .readdirSync(folder, { encoding: "utf8", recursive: true })
        .filter((file) => file.endsWith(".ts") && file !== "index.ts")
        .map((file) => [
          `${name}/${file.replaceAll("\\", "/").slice(0, -".ts".length)}`,
          fs.readFileSync(join(folder, file), "utf8")
        ])
    })
  )

/** Reads the table of parts from a page: the one with the columns `part` and `files`. */
export const partsOf = (page: string): ReadonlyArray<Part> => {
  const [, , ...rows] = (/^\| part +\| files +\|[^]*?(?=\n\n)/m.exec(page)?.[0] ?? "").split("\n")
  return rows.map((row) => {
    const [name = "", files = [], imports = [], outside = []] = row
      .split("|")
      .slice(1, -1)
      .map((cell) => Array.from(cell.matchAll(/`([^`]+)`/g), ([, word = ""]) => word))
    return { name: name[0] ?? "", files, imports, outside }
  })
}

/** The imports that a page lets go upwards, one an item of a list, each as `from → to`. */
export const exceptionsOf = (page: string): ReadonlyArray<string> =>
  Array.from(page.matchAll(/^- `([^`]+)` imports `([^`]+)`/gm), ([, from = "", to = ""]) => `${from} → ${to}`)

const isWithin = (file: string, folder: string): boolean => file === folder || file.startsWith(`${folder}/`)

/** Finds the part to which each file belongs: the one that names it, or the closest folder around it. */
const finder = (parts: ReadonlyArray<Part>) => {
  const places = parts
    .flatMap((part) => part.files.map((place) => ({ part, place })))
    .toSorted((one, other) => other.place.length - one.place.length)
  return (file: string) => places.find(({ place }) => isWithin(file, place))
}

const target = (file: string, specifier: string): string => {
  if (specifier.startsWith(".")) return join(dirname(file), specifier).replace(/\.ts$/, "")
  if (specifier.startsWith("@effect-clickatell/")) return specifier.slice("@effect-clickatell/".length)
  if (specifier.startsWith("node:")) return "node"
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")
}

/** What a file imports, of types too: other files of ours by their names, and packages. */
export const importsOf = (file: string, source: string): ReadonlyArray<string> =>
  ts.preProcessFile(source, true, true).importedFiles.map(({ fileName }) => target(file, fileName))

const difference = (one: ReadonlyArray<string>, other: ReadonlyArray<string>) =>
  one.filter((name) => !other.includes(name))

/** Says where the table and the sources differ, and where the table has an import that goes up. */
export const judge = (
  parts: ReadonlyArray<Part>,
  sources: Sources,
  exceptions: ReadonlyArray<string> = []
): ReadonlyArray<string> => {
  const find = finder(parts)
  const used = new Set(Array.from(sources.keys(), (file) => find(file)?.place))
  const found = new Map(parts.map(({ name }) => [name, new Set<string>()]))
  const problems: Array<string> = []
  const excepted = new Set<string>()
  for (const [file, source] of sources) {
    const part = find(file)?.part
    if (part === undefined) problems.push(`${file} is in no part`)
    for (const imported of part === undefined ? [] : importsOf(file, source)) {
      const other = sources.has(imported) ? find(imported)?.part.name : imported
      if (other === undefined || other === part?.name) continue
      if (exceptions.includes(`${file} → ${imported}`)) {
        excepted.add(`${file} → ${imported}`)
        continue
      }
      found.get(part?.name ?? "")?.add(other)
      if (![...(part?.imports ?? []), ...(part?.outside ?? [])].includes(other))
        problems.push(`${file} imports ${imported}, and ${part?.name} may not import ${other}`)
    }
  }
  parts.forEach(({ files, imports, name, outside }, row) => {
    const above = parts.slice(0, row).map((part) => part.name)
    for (const it of difference(imports, above)) problems.push(`${name} imports ${it}, which does not stand above it`)
    for (const it of difference([...imports, ...outside], [...(found.get(name) ?? [])]))
      problems.push(`${name} may import ${it}, and does not`)
    for (const it of files) if (!used.has(it)) problems.push(`${name} names ${it}, which is nothing`)
  })
  for (const it of difference(exceptions, [...excepted])) problems.push(`${it} is excepted, and is no import`)
  return Array.from(new Set(problems))
}
