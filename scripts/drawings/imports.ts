// Which module of the packages imports which, types included.
import { resolve } from "node:path"
import * as imports from "../sources/imports.ts"

const sources = imports.sourcesOf(resolve(import.meta.dirname, "../.."))

/** Whether there is such a module, by its name as `core/internal/instant`. */
export const has = (module: string): boolean => sources.has(module)

/** The modules of ours that a module imports. */
export const importsOf = (module: string): ReadonlyArray<string> =>
  imports.importsOf(module, sources.get(module) ?? "").filter(has)

/** Every module that can be come to from this one. */
export const reachable = (module: string): ReadonlySet<string> => {
  const found = new Set<string>()
  const visit = (from: string): void => {
    for (const next of importsOf(from)) {
      if (found.has(next)) continue
      found.add(next)
      visit(next)
    }
  }
  visit(module)
  return found
}
