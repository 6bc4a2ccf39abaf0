import { Session } from "@effect-clickatell/core/Session"
import * as Effect from "effect/Effect"
import type { Connect } from "./client.ts"
import * as instant from "./instant.ts"
import { over } from "./ours.ts"

export const connect: Connect = () =>
  over(
    instant.layer,
    Effect.flatMap(Session, ({ ping }) => ping)
  )
