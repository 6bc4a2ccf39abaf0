import type { ExchangeError } from "../../../Errors.ts"
import type { Refusal } from "./entry.ts"

/** What is shared of a refusal: an address that is locked out is that of one process, and the others may have other ones. */
export const of = (credentials: string, error: ExchangeError | undefined): Refusal | undefined => {
  if (error?._tag !== "AuthFailed") return undefined
  const { code, reason } = error
  return reason === "BadCredentials" || reason === "AccountFrozen" || reason === "InvalidApiId"
    ? { credentials, reason, ...(code === undefined ? {} : { code }) }
    : undefined
}
