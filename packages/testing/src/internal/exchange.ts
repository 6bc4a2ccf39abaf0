import type { TransportError } from "@effect-clickatell/core/Errors"
import * as Reply from "@effect-clickatell/core/Reply"
import * as Arr from "effect/Array"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import type * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import type { LazyArg } from "effect/Function"
import * as Option from "effect/Option"
import type { Fault } from "../Fault.ts"
import type { Step } from "../Script.ts"
import { Action } from "../Script.ts"
import { sessionOf } from "./admission.ts"
import type { Commands } from "./commands.ts"
import type { Occasion, Records } from "./operation.ts"
import * as parameters from "./parameters.ts"
import * as service from "./service.ts"
import * as soap from "./soap.ts"

/** What becomes of the connection: all of a response, half of one, none, or a failure that only a transport can have. */
export type Answer = Data.TaggedEnum<{
  Whole: { readonly response: soap.Response }
  Half: { readonly response: soap.Response; readonly ending: "closed" | "silent" }
  None: { readonly because: "refused" | "reset" | "silent" }
  Broken: Pick<TransportError, "reason" | "phase" | "mayHaveReached">
}>

/** Constructors and matching for answers. */
export const Answer = Data.taggedEnum<Answer>()

/** One request as the service sees it, its secrets included. */
export interface Request {
  readonly operation: string
  readonly session: number
  readonly parameters: parameters.Parameters
  readonly xml: string
}

/** Says what goes wrong with a request, if anything does; the request waits for it. */
export type Decide = (request: Request) => Effect.Effect<Fault | undefined>

/** A fault and the requests that it is for: the next `times` of an operation. */
export interface Pending {
  readonly on: string
  readonly times: number
  readonly fault: Fault | Decide
}

/** The service, and what is to go wrong with it. */
export interface State {
  readonly service: service.Service
  readonly pending: ReadonlyArray<Pending>
  readonly script: ReadonlyArray<Step>
  /** How many requests the first step of the script has seen. */
  readonly seen: number
}

/** One request dealt with: the answer is due after the delay. */
export interface Handled {
  readonly answer: Answer
  readonly delay: Duration.Duration
  readonly session: number
  readonly outcome: string
}

/** A request, or why it could not be read. */
export type Read = Either.Either<soap.Request, soap.Rejection>

/** Deals with one request that this fault strikes, as a step from one state to the next, after which the answer is made. */
export const handle =
  (request: Read, fault: Fault | undefined, commands: Commands, occasion: Occasion) =>
  (state: State): readonly [LazyArg<Handled>, State] => {
    const delay = fault?.kind === "delay" ? fault.duration : Duration.zero
    const instead = fault === undefined ? undefined : inPlaceOf(request, fault)
    if (instead !== undefined) {
      const session = sessionOf(state.service, parametersOf(request))
      return [() => ({ ...instead, session, delay }), state]
    }
    const { reply, service, session } = carryOut(state.service, request, commands, occasion)
    return [() => ({ ...spoil(reply(), fault), session, delay }), { ...state, service }]
  }

/** The fault for a request, if one is due, and the state without it; an action that is due is done here. */
export const draw =
  (operation: string, now: number) =>
  (state: State): readonly [Fault | Decide | undefined, State] => {
    const next = state.pending.find((it) => isFor(it, operation))
    if (next === undefined) return play(state, operation, now)
    const rest = next.times > 1 ? [{ ...next, times: next.times - 1 }] : []
    return [next.fault, { ...state, pending: state.pending.flatMap((it) => (it === next ? rest : [it])) }]
  }

/** Queues a fault: those that stand until they are lifted come after all others, the newest first. */
export const enqueue =
  (fault: Pending) =>
  (state: State): State => {
    const [counted, standing] = Arr.partition(state.pending, stands)
    return { ...state, pending: [...counted, fault, ...standing] }
  }

/** Lifts the standing faults of an operation. */
export const lift =
  (operation: string) =>
  (state: State): State => ({
    ...state,
    pending: state.pending.filter((it) => it.on !== operation || !stands(it))
  })

const stands = ({ times }: Pending): boolean => times === Infinity

/** What the script has in store for a request. */
const play = (state: State, operation: string, now: number): readonly [Fault | undefined, State] => {
  const step = state.script[0]
  if (step === undefined || !isFor(step, operation)) return [undefined, state]
  const seen = state.seen + 1
  const usedUp = seen >= step.after + step.times
  const moved = usedUp ? { ...state, script: state.script.slice(1), seen: 0 } : { ...state, seen }
  return seen > step.after ? perform(step.do, moved, now) : [undefined, moved]
}

const isFor = ({ on }: Pick<Step | Pending, "on">, operation: string): boolean => on === "any" || on === operation

const perform = (what: Step["do"], state: State, now: number): readonly [Fault | undefined, State] =>
  isAction(what) ? [undefined, { ...state, service: service.act(state.service, what, now) }] : [what, state]

const actions: ReadonlySet<string> = new Set(Action.members.flatMap(({ fields }) => fields.kind.literals))

const isAction = (what: Step["do"]): what is Action => actions.has(what.kind)

/** What is answered by a fault that keeps the command from being carried out; undefined for one that does not. */
const inPlaceOf = (request: Read, fault: Fault): Pick<Handled, "answer" | "outcome"> | undefined => {
  const outcome = fault.kind
  switch (fault.kind) {
    case "refuse":
      return { answer: Answer.None({ because: "refused" }), outcome }
    case "reset":
      return { answer: Answer.None({ because: "reset" }), outcome }
    case "hang":
      return { answer: Answer.None({ because: "silent" }), outcome }
    case "transport": {
      const { reason } = fault
      const { phase = connecting.has(reason) ? "connect" : "headers" } = fault
      const { mayHaveReached = phase !== "connect" } = fault
      return { answer: Answer.Broken({ reason, phase, mayHaveReached }), outcome }
    }
    case "raw":
      return { answer: Answer.Whole({ response: soap.response(200, fault.body) }), outcome }
    case "status": {
      const headers = { "content-type": "text/html; charset=utf-8", ...fault.headers }
      return { answer: Answer.Whole({ response: soap.response(fault.status, fault.body ?? "", headers) }), outcome }
    }
    case "reply": {
      if (Either.isLeft(request)) return undefined
      const { operation, style } = request.right
      const { outcome, response } = reply({ operation: fault.operation ?? operation, style }, fault.text)
      return { answer: Answer.Whole({ response }), outcome }
    }
    case "fault": {
      const { operation } = Either.merge(request)
      const response = soap.fault({ operation, code: fault.code, reason: fault.reason ?? "Internal error" })
      return { answer: Answer.Whole({ response }), outcome: "Fault" }
    }
    default:
      return undefined
  }
}

const connecting: ReadonlySet<TransportError["reason"]> = new Set(["Connect", "Dns", "Tls"])

interface Reply {
  readonly response: soap.Response
  readonly outcome: string
}

interface Done {
  readonly service: service.Service
  readonly session: number
  readonly reply: LazyArg<Reply>
}

const carryOut = (before: service.Service, request: Read, commands: Commands, occasion: Occasion): Done => {
  if (Either.isLeft(request)) return rejected(before, request.left)
  const { operation, parameters } = request.right
  const command = commands(request.right)
  if (command === undefined) {
    return rejected(before, soap.rejection(operation, "Client", "This service has no such operation"))
  }
  const { records, service, session } = command(before, parameters, occasion)
  return { service, session, reply: () => reply(request.right, typeof records === "function" ? records() : records) }
}

const reply = (request: Pick<soap.Request, "operation" | "style">, records: Records): Reply => ({
  response: soap.reply(request, records),
  outcome: said(records)
})

const rejected = (before: service.Service, rejection: soap.Rejection): Done => ({
  service: before,
  session: 0,
  reply: () => ({ response: soap.fault(rejection), outcome: "Fault" })
})

/** What is left of an answer when a fault has come upon it. */
const spoil = ({ outcome, response }: Reply, fault: Fault | undefined): Pick<Handled, "answer" | "outcome"> => {
  switch (fault?.kind) {
    case "drop":
      return { outcome: "drop", answer: Answer.None({ because: "reset" }) }
    case "truncate":
      return { outcome: "truncate", answer: Answer.Half({ response, ending: "closed" }) }
    case "stall":
      return { outcome: "stall", answer: Answer.Half({ response, ending: "silent" }) }
    default:
      return { outcome, answer: Answer.Whole({ response }) }
  }
}

/** How a reply looks in the log: well where any of its records does, or else as the first does. */
const said = (records: Records): string => {
  const [first = "reply", ...rest] = [records].flat().map(saidOne)
  return rest.includes("OK") ? "OK" : first
}

const saidOne = (text: string): string =>
  Option.match(Reply.parse(text), {
    onNone: () => "reply",
    onSome: (record) => (record._tag === "Err" ? `ERR ${record.code}`.trimEnd() : "OK")
  })

/** The parameters of a request; none of one that could not be read. */
export const parametersOf: (request: Read) => parameters.Parameters = Either.match({
  onLeft: () => parameters.make([]),
  onRight: ({ parameters }) => parameters
})
