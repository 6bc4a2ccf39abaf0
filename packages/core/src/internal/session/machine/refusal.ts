import type { AuthFailedReason, ExchangeError } from "../../../Errors.ts"
import { AuthFailed } from "../../../Errors.ts"

/** Whether the service said that it does not accept the session. */
export const isRefusal = (error: unknown): error is AuthFailed =>
  error instanceof AuthFailed && error.reason === "SessionNotAccepted"

/** Whether the service refused who we are, which no login can mend. */
export const isRejection = (error: ExchangeError): error is AuthFailed =>
  error._tag === "AuthFailed" && rejections.has(error.reason)

const rejections: ReadonlySet<AuthFailedReason> = new Set([
  "BadCredentials",
  "AccountFrozen",
  "IpLockdown",
  "InvalidApiId"
])
