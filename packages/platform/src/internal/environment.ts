import * as Config from "effect/Config"

const optional = Config.withDefault(undefined)

/** The options in environment variables. They have a module of their own, which a bundle leaves out where nobody reads them. */
export const config = Config.all({
  endpoint: optional(Config.string("CLICKATELL_ENDPOINT")),
  style: optional(Config.literal("document-literal", "rpc-encoded")("CLICKATELL_STYLE")),
  timeout: optional(Config.duration("CLICKATELL_TIMEOUT")),
  allowHttp: optional(Config.boolean("CLICKATELL_ALLOW_HTTP"))
})
