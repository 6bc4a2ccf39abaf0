import type { Flag } from "../flag.ts"

/** What a shell is to complete. */
export interface Program {
  readonly name: string
  readonly commands: ReadonlyArray<{
    readonly name: string
    readonly description: string
    readonly flags: ReadonlyArray<Flag>
  }>
  /** The command behind which the name of another one stands. */
  readonly help: { readonly name: string; readonly description: string }
  /** The flags of all commands. */
  readonly common: ReadonlyArray<Flag>
}
