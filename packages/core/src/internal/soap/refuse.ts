/** Ends the reading of a document that is not well-formed: `xml.parse` is the one place that catches. */
export const refuse = (): never => {
  throw new Error("not well-formed")
}

/** Refuses what has a name twice. */
export const unlessDistinct = (names: ReadonlyArray<string>): void => {
  // Most have one attribute, for which a set would be the dearest part.
  if (names.length > 1 && new Set(names).size < names.length) refuse()
}
