import { TransportError } from "@effect-clickatell/core/Errors"
import type * as Transport from "@effect-clickatell/core/Transport"
import { Duration, Effect, Exit, Redacted } from "effect"
import type { Dice } from "./dice.ts"
import type { Timeline, Wire } from "./fleetWire.ts"
import type { Request } from "./interleavingService.ts"
import { parse, response, Service } from "./interleavingService.ts"

/** How long the service keeps a session that nobody uses, in milliseconds. */
const life = 900_000

/** Who is told of each request of a process, when it is about to be sent and when the process knows what became of it. */
export interface Witness {
  readonly begin: (request: Request) => (said: string, heard: boolean) => void
}

/** The service as all processes reach it through a wire: it forgets sessions that nobody uses, and may say what is not so. */
export class RemoteService extends Service {
  /** The share of requests to which it says what is not so. */
  lies = 0
  /** When each session was last used, and when it was opened. */
  readonly used = new Map<string, number>()
  readonly opened = new Map<string, number>()
  /** Those of which it said that they are over while they are not. */
  readonly denied = new Set<string>()
  private readonly timeline: Timeline
  private readonly wire: Wire
  private readonly dice: Dice

  constructor(timeline: Timeline, wire: Wire, dice: Dice) {
    super()
    this.timeline = timeline
    this.wire = wire
    this.dice = dice
  }

  override serve(request: Request): string {
    const { now } = this.timeline
    const { id } = request
    if (this.frozen) {
      this.wire.disturb()
      if (id !== undefined) this.denied.add(id)
    }
    if (id !== undefined && now - (this.used.get(id) ?? now) >= life) this.sessions.delete(id)
    if (this.dice.chance(this.lies)) return this.lie(request)
    const said = super.serve(request)
    if (!said.startsWith("OK:")) return said
    const session = id ?? said.slice("OK: ".length)
    this.used.set(session, now)
    if (id === undefined) this.opened.set(session, now)
    return said
  }

  /** The account is frozen, or no longer. */
  freeze(frozen: boolean) {
    this.frozen = frozen
    this.wire.disturb()
  }

  /** Whether a session could be used for so long from now on. */
  keeps(id: string, time = 0): boolean {
    return this.sessions.has(id) && this.timeline.now + time - (this.used.get(id) ?? 0) < life
  }

  /** How one process sends to it. */
  transport(witness: Witness): Transport.Transport["Type"] {
    return {
      style: "document-literal",
      server: { address: "soap.example", port: 443 },
      deadline,
      send: ({ operation, xml }) => {
        const request = parse(operation, Redacted.value(xml))
        const end = witness.begin(request)
        return Effect.onExit(
          this.send(request),
          Exit.match({
            onFailure: (cause) =>
              Effect.sync(() => {
                const failed = cause._tag === "Fail" ? cause.error : undefined
                end(failed?.reason ?? "interrupted", failed?.mayHaveReached ?? true)
              }),
            onSuccess: ({ said }) => Effect.sync(() => end(said, true))
          })
        ).pipe(Effect.map(({ response }) => response))
      }
    }
  }

  private send(
    request: Request
  ): Effect.Effect<{ readonly said: string; readonly response: Transport.Response }, TransportError> {
    const { operation } = request
    const fail = (reason: TransportError["reason"], mayHaveReached: boolean) =>
      new TransportError({ operation, reason, phase: "headers", mayHaveReached })
    return Effect.async<string, TransportError>((resume) => {
      this.wire.ask(
        () => this.serve(request),
        (back) => {
          if (back._tag === "Answer") resume(Effect.succeed(back.answer))
          else resume(fail(back.heard ? "Reset" : "Connect", back.heard))
        }
      )
    }).pipe(
      Effect.timeoutFail({ duration: deadline, onTimeout: () => fail("Timeout", true) }),
      Effect.map((said) => ({ said, response: response(operation, said) }))
    )
  }

  private lie({ id }: Request): string {
    this.wire.disturb()
    const said = this.dice.pick(["ERR: 901, busy", "ERR: 001, no"])
    if (id !== undefined && said.startsWith("ERR: 001")) this.denied.add(id)
    return said
  }
}

const deadline = Duration.seconds(15)
