import type { Export } from "./exports.ts"

/** Where a program begins: what makes a service, the services themselves, and what is sent. */
const isEntryPoint = ({ category = "", isService, name }: Export): boolean =>
  isService ||
  /^(?:layer|make)(?![a-z])/.test(name) ||
  ["commands", "execution", "references", "tags"].includes(category)

/** Says what is missing of an export's comment. */
export const judge = (it: Export): ReadonlyArray<string> => {
  const [first = ""] = (it.text ?? "").split("\n\n")
  return [
    ...(it.text === undefined ? ["has no comment"] : /[.:]$/.test(first) ? [] : ["does not begin with a sentence"]),
    ...(/^\d+\.\d+\.\d+$/.test(it.since ?? "") ? [] : ["has no @since with a version"]),
    ...(/^[a-z]+$/.test(it.category ?? "") ? [] : ["has no @category of one word"]),
    ...(isEntryPoint(it) && it.examples.length === 0 ? ["is where a program begins, and has no @example"] : [])
  ].map((problem) => `${it.where} ${problem}`)
}
