import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as EmulatorServer from "@effect-clickatell/testing/EmulatorServer"
import { it } from "@effect/vitest"
import type { Scope } from "effect"
import { Effect, Layer } from "effect"

const secrets = { user: "canary-user", password: "canary-password", apiId: "424242" }

/** The service that the command line talks to, over HTTP on this machine. */
const emulated = Layer.provideMerge(EmulatorServer.layer(), Emulator.layer({ credentials: secrets }))

/** The environment of somebody whose service is this emulator. */
export const environment = Effect.map(EmulatorServer.EmulatorServer, ({ endpoint }) => ({
  CLICKATELL_ENDPOINT: endpoint("document-literal"),
  CLICKATELL_USER: secrets.user,
  CLICKATELL_PASSWORD: secrets.password,
  CLICKATELL_API_ID: secrets.apiId
}))

type Services = Emulator.Emulator | EmulatorServer.EmulatorServer | Scope.Scope

/** A test with a service of its own: one that `layer` shares changes what `it` is, for all other files of the worker too. */
export const served = (name: string, test: () => Effect.Effect<void, unknown, Services>) =>
  it.scoped(name, () => Effect.provide(test(), emulated))
