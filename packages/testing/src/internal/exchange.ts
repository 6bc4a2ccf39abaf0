import * as Reply from "@effect-clickatell/core/Reply"
import * as Chunk from "effect/Chunk"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Either from "effect/Either"
import * as Option from "effect/Option"
import type { Fault } from "../Fault.ts"
import type { Step } from "../Script.ts"
import { Action } from "../Script.ts"
import * as service from "./service.ts"
import * as soap from "./soap.ts"

/** What becomes of the connection: all of a response, half of one, or none. */
export type Answer = Data.TaggedEnum<{
  Whole: { readonly response: soap.Response }
  Half: { readonly response: soap.Response; readonly ending: "closed" | "silent" }
  None: { readonly because: "refused" | "reset" | "silent" }
}>

/** Constructors and matching for answers. */
export const Answer = Data.taggedEnum<Answer>()

/** One line of the request log. */
export interface Entry {
  readonly at: number
  readonly operation: string
  readonly session: number
  readonly outcome: string
}

/** The service, what is to go wrong with it, and what it has seen. */
export interface State {
  readonly account: service.Account
  readonly pending: ReadonlyArray<Step>
  readonly script: ReadonlyArray<Step>
  /** How many requests the first step of the script has seen. */
  readonly seen: number
  readonly log: Chunk.Chunk<Entry>
}

/** One request dealt with: the answer is due after the delay. */
export interface Handled {
  readonly answer: Answer
  readonly delay: Duration.Duration
  readonly entry: Entry
}

/** Deals with one request, as a step from one state to the next. */
export const handle =
  (request: Request, occasion: service.Occasion) =>
  (before: State): readonly [Handled, State] => {
    const { operation } = Either.merge(request)
    const [fault, state] = draw(before, operation)
    const instead = fault === undefined ? undefined : inPlaceOf(request, fault)
    const { account, answer, outcome, session } =
      instead === undefined
        ? spoil(carryOut(state.account, request, occasion), fault)
        : { ...instead, account: state.account, session: sessionOf(state.account, request) }
    const entry: Entry = { at: occasion.now, operation, session, outcome }
    const delay = fault?.kind === "delay" ? fault.duration : Duration.zero
    return [
      { answer, delay, entry },
      { ...state, account, log: Chunk.append(state.log, entry) }
    ]
  }

type Request = Either.Either<soap.Request, soap.Rejection>

/** The fault for this request, if one is due, and the state without it; an action that is due is done here. */
const draw = (state: State, operation: string): readonly [Fault | undefined, State] => {
  const index = state.pending.findIndex((step) => isFor(step, operation))
  const next = state.pending[index]
  if (next !== undefined) {
    const rest = next.times > 1 ? [{ ...next, times: next.times - 1 }] : []
    const pending = [...state.pending.slice(0, index), ...rest, ...state.pending.slice(index + 1)]
    return perform(next.do, { ...state, pending })
  }
  const step = state.script[0]
  if (step === undefined || !isFor(step, operation)) return [undefined, state]
  const seen = state.seen + 1
  const usedUp = seen >= step.after + step.times
  const moved = usedUp ? { ...state, script: state.script.slice(1), seen: 0 } : { ...state, seen }
  return seen > step.after ? perform(step.do, moved) : [undefined, moved]
}

const isFor = ({ on }: Step, operation: string): boolean => on === "any" || on === operation

const perform = (what: Step["do"], state: State): readonly [Fault | undefined, State] =>
  isAction(what) ? [undefined, { ...state, account: service.act(state.account, what) }] : [what, state]

const actions: ReadonlySet<string> = new Set(Action.members.flatMap(({ fields }) => fields.kind.literals))

const isAction = (what: Step["do"]): what is Action => actions.has(what.kind)

/** What is answered by a fault that keeps the command from being carried out; undefined for one that does not. */
const inPlaceOf = (request: Request, fault: Fault): { answer: Answer; outcome: string } | undefined => {
  const outcome = fault.kind
  switch (fault.kind) {
    case "refuse":
      return { answer: Answer.None({ because: "refused" }), outcome }
    case "reset":
      return { answer: Answer.None({ because: "reset" }), outcome }
    case "hang":
      return { answer: Answer.None({ because: "silent" }), outcome }
    case "raw":
      return { answer: Answer.Whole({ response: soap.response(200, fault.body) }), outcome }
    case "status": {
      const headers = { "content-type": "text/html; charset=utf-8", ...fault.headers }
      return { answer: Answer.Whole({ response: soap.response(fault.status, fault.body ?? "", headers) }), outcome }
    }
    case "reply":
      return Either.isLeft(request)
        ? undefined
        : { answer: Answer.Whole({ response: soap.reply(request.right, fault.text) }), outcome: said(fault.text) }
    default:
      return undefined
  }
}

interface Done {
  readonly account: service.Account
  readonly response: soap.Response
  readonly outcome: string
  readonly session: number
}

const carryOut = (account: service.Account, request: Request, occasion: service.Occasion): Done => {
  if (Either.isLeft(request)) return rejected(account, request.left)
  const { operation, parameters } = request.right
  const command = service.commands.get(operation)
  if (command === undefined) {
    return rejected(account, soap.rejection(operation, "Client", "This service has no such operation"))
  }
  const { text, ...result } = command(account, parameters, occasion)
  return { ...result, response: soap.reply(request.right, text), outcome: said(text) }
}

const rejected = (account: service.Account, rejection: soap.Rejection): Done => ({
  account,
  response: soap.fault(rejection),
  outcome: "Fault",
  session: 0
})

/** What is left of an answer when a fault has come upon it. */
const spoil = ({ response, ...done }: Done, fault: Fault | undefined): Omit<Done, "response"> & { answer: Answer } => {
  switch (fault?.kind) {
    case "drop":
      return { ...done, outcome: "drop", answer: Answer.None({ because: "reset" }) }
    case "truncate":
      return { ...done, outcome: "truncate", answer: Answer.Half({ response, ending: "closed" }) }
    case "stall":
      return { ...done, outcome: "stall", answer: Answer.Half({ response, ending: "silent" }) }
    default:
      return { ...done, answer: Answer.Whole({ response }) }
  }
}

const said = (text: string): string =>
  Option.match(Reply.parse(text), {
    onNone: () => "reply",
    onSome: (record) => (record._tag === "Err" ? `ERR ${record.code}`.trimEnd() : "OK")
  })

const sessionOf = (account: service.Account, request: Request): number =>
  Either.match(request, { onLeft: () => 0, onRight: ({ parameters }) => service.sessionOf(account, parameters) })
