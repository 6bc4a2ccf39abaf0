/** What was measured, by subject and quantity, as `soap cpu`: one number for each repetition. */
export type Samples = Record<string, Array<number>>

/** Adds what one repetition measured of a subject. */
export const record = (samples: Samples, subject: string, quantities: Readonly<Record<string, number>>): void => {
  for (const [quantity, value] of Object.entries(quantities)) (samples[`${subject} ${quantity}`] ??= []).push(value)
}
