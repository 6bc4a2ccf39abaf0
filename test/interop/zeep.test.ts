// Python's zeep, built from nothing but the emulator's WSDL.
import { describe } from "@effect/vitest"
import { EmulatorServer } from "@effect-clickatell/testing/EmulatorServer"
import * as Effect from "effect/Effect"
import { fileURLToPath } from "node:url"
import { styles } from "../testing/support.ts"
import * as contract from "./contract.ts"
import { converse } from "./conversation.ts"
import * as story from "./emulatorStory.ts"
import { missing } from "./support.ts"

const script = fileURLToPath(new URL("python/client.py", import.meta.url))

describe.skipIf(missing.zeep).each(styles)("Python's zeep, %s, and the emulator", (style) => {
  const client = Effect.gen(function* () {
    const { endpoint } = yield* EmulatorServer
    const ask = yield* converse("/usr/bin/python3", [script, `${endpoint(style)}?wsdl`])
    const call: story.Call<unknown> = (operation, given) =>
      ask({ operation, parameters: style === "rpc-encoded" ? contract.placed(operation, given) : given })
    return call
  })

  story.tests(style, client)
})
