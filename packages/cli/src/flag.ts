/** A flag as it is written and read, whatever becomes of its value. */
export interface Flag {
  readonly names: ReadonlyArray<string>
  /** What its value is called; all of them, with `|` between, where there are only a few. A flag without one is a switch. */
  readonly valueName: string | undefined
  readonly description: string
}

/** The words that a flag takes, where there are only a few. */
export const choices = ({ valueName = "" }: Flag): ReadonlyArray<string> =>
  valueName.includes("|") ? valueName.split("|") : []
