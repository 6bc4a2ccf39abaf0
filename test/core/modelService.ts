import type { TransportReason } from "@effect-clickatell/core/Errors"
import * as Transport from "@effect-clickatell/core/Transport"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as Faults from "@effect-clickatell/testing/Fault"
import { Context, Effect, Layer } from "effect"
import type { Scope } from "effect"
import { sessionId } from "./scriptedTransport.ts"
import { secrets } from "./support.ts"

export const faults = [
  "Reset",
  "Connect",
  "Timeout",
  "Lost",
  "Slow",
  "Busy",
  "Proxy",
  "Portal",
  "Refused",
  "Defect"
] as const
export type Fault = (typeof faults)[number]

const strikes =
  (fault: Faults.Fault): Emulator.Decide =>
  () =>
    Effect.succeed(fault)

const soon =
  (decide: Emulator.Decide): Emulator.Decide =>
  (request) =>
    Effect.delay(
      Effect.suspend(() => decide(request)),
      50
    )

const broken = (reason: TransportReason) =>
  soon(strikes(Faults.transport(reason, { mayHaveReached: reason !== "Connect" })))

/** What each fault is to the service; a good answer takes its time too. */
const strike: Record<Fault | "None", Emulator.Decide> = {
  None: strikes(Faults.delay(50)),
  Slow: strikes(Faults.delay("10 seconds")),
  Lost: strikes(Faults.delay("1 hour")),
  Timeout: strikes(Faults.hang),
  Reset: broken("Reset"),
  Connect: broken("Connect"),
  Busy: soon(strikes(Faults.reply("ERR: 901, busy"))),
  // Of the other code, 001, the emulator itself makes use where a session has expired.
  Refused: soon(({ operation }) =>
    Effect.succeed(Faults.reply(operation === "auth" ? "ERR: 001, no" : "ERR: 003, Session ID expired"))
  ),
  Proxy: soon(strikes(Faults.status(503))),
  Portal: soon(strikes(Faults.raw("<html></html>"))),
  Defect: soon(() => Effect.die("a defect in the transport"))
}

export interface AccountAtService {
  readonly emulator: Emulator.Emulator["Type"]
  readonly transport: Transport.Transport["Type"]
}

const ok = () => "OK:"

/** One account as the service keeps it; its session ids are of no other. */
export const make = (
  account: number,
  password: string,
  fault: () => Fault | undefined
): Effect.Effect<AccountAtService, never, Scope.Scope> =>
  Effect.gen(function* () {
    const emulated = Emulator.layer({
      credentials: { ...secrets, password },
      sessionId: (login) => sessionId(1000 * account + login),
      commands: { own: ok, strange: ok, told: ok, getbalance: ok, sendmsg: ok }
    })
    const context = yield* Layer.build(Layer.provideMerge(Emulator.layerTransport(), emulated))
    const emulator = Context.get(context, Emulator.Emulator)
    yield* emulator.fail((request) => strike[fault() ?? "None"](request), { times: Infinity })
    return { emulator, transport: Context.get(context, Transport.Transport) }
  })
