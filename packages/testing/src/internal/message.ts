import type * as BigDecimal from "effect/BigDecimal"

/** A message to one recipient, as it is now. */
export interface Message {
  /** 32 hexadecimal digits. */
  readonly id: string
  /** Whose message it is. */
  readonly account: { readonly apiId: string; readonly user: string }
  readonly to: string
  readonly from: string | undefined
  readonly clientMessageId: string | undefined
  /** The text, readable if it came as Unicode too; or the hexadecimal digits of `data`. */
  readonly content: string
  /** The code of its status at this moment, such as `004`. */
  readonly status: string
  /** What it cost, in credits. */
  readonly charge: BigDecimal.BigDecimal
  /** When it was taken, in milliseconds on the clock. */
  readonly at: number
}
