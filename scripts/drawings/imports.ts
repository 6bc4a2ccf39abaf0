// Which module of the packages imports which, types included.
import * as fs from "node:fs"
import { dirname, relative, resolve } from "node:path"
import ts from "typescript"

const root = resolve(import.meta.dirname, "../..")

/** The modules that a module imports, by their paths in the repository; what comes from elsewhere is left out. */
export const importsOf = (file: string): ReadonlyArray<string> =>
  ts.preProcessFile(fs.readFileSync(resolve(root, file), "utf8")).importedFiles.flatMap(({ fileName }) => {
    const [, name, module] = /^@effect-clickatell\/([a-z]+)\/(\w+)$/.exec(fileName) ?? []
    if (name !== undefined) return [`packages/${name}/src/${module}.ts`]
    return fileName.startsWith(".") ? [relative(root, resolve(root, dirname(file), fileName))] : []
  })

/** Every module that can be come to from this one. */
export const reachable = (file: string): ReadonlySet<string> => {
  const found = new Set<string>()
  const visit = (from: string): void => {
    for (const next of importsOf(from)) {
      if (found.has(next)) continue
      found.add(next)
      visit(next)
    }
  }
  visit(file)
  return found
}
