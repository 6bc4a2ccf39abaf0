import type { Transport } from "@effect-clickatell/core/Transport"
import type * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import type * as ConfigError from "effect/ConfigError"
import type * as Layer from "effect/Layer"
import type { Connect } from "./client.ts"
import { over } from "./ours.ts"

interface UndiciTransport {
  readonly layer: (options: HttpTransport.Options) => Layer.Layer<Transport, ConfigError.ConfigError>
}

export const connect: Connect = async (endpoint) => {
  // Not imported by its name, since not every build that is measured has it.
  const name: string = "@effect-clickatell/platform/UndiciTransport"
  const { layer }: UndiciTransport = await import(name)
  return over(layer({ endpoint, maxBodyBytes: 100_000 }))
}
