/** The middle of some numbers, and where their middle half lies. */
export interface Spread {
  readonly median: number
  readonly low: number
  readonly high: number
}

/** The value below which this share of the numbers lies, between two of them where need be; NaN of none. */
export const quantile = (numbers: ReadonlyArray<number>, share: number): number => {
  const sorted = numbers.toSorted((a, b) => a - b)
  const at = (sorted.length - 1) * share
  const below = sorted[Math.floor(at)] ?? Number.NaN
  const above = sorted[Math.ceil(at)] ?? Number.NaN
  return below + (above - below) * (at - Math.floor(at))
}

/** Quartiles, and not the extremes: of seven runs on a busy machine one is always far off. */
export const spread = (numbers: ReadonlyArray<number>): Spread => ({
  median: quantile(numbers, 0.5),
  low: quantile(numbers, 0.25),
  high: quantile(numbers, 0.75)
})

/** Divides within each repetition, since a slow minute of the machine slows both. */
export const divide = (values: ReadonlyArray<number>, by: ReadonlyArray<number>): ReadonlyArray<number> =>
  values.map((value, repetition) => value / (by[repetition] ?? Number.NaN))
