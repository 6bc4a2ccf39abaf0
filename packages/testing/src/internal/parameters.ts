import * as Arr from "effect/Array"

/** The parameters of a request by their local names: `get` has the first of a name, and `all` each, an array's items among them. */
export interface Parameters extends ReadonlyMap<string, string> {
  readonly all: (name: string) => ReadonlyArray<string>
}

/** Parameters in their order. */
export const make = (given: ReadonlyArray<readonly [name: string, value: string]>): Parameters =>
  Object.assign(new Map(Arr.reverse(given)), {
    all: (name: string) => given.flatMap((it) => (it[0] === name ? [it[1]] : []))
  })

/** The value without the blanks around it, or `""` where there is none. */
export const trimmed = (parameters: Parameters, ...names: ReadonlyArray<string>): string => {
  for (const name of names) {
    const value = parameters.get(name)?.trim() ?? ""
    if (value !== "") return value
  }
  return ""
}

/** A whole number, NaN where it is something else, and undefined where it is 0, as some clients write what they leave out. */
export const whole = (parameters: Parameters, name: string): number | undefined => {
  const value = trimmed(parameters, name)
  if (/^0*$/.test(value)) return undefined
  return /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN
}
