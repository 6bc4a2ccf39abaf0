import * as SessionStore from "@effect-clickatell/core/SessionStore"
import * as Config from "effect/Config"

/** The options in environment variables. */
export const config = Config.zipWith(
  Config.redacted("CLICKATELL_STORE"),
  SessionStore.config,
  (url, options): SessionStore.Options & { readonly url: typeof url } => ({ ...options, url })
)
