import type { Style } from "@effect-clickatell/core/Envelope"
import * as Either from "effect/Either"
import * as accounts from "./accounts.ts"
import type { Admission } from "./admission.ts"
import * as admission from "./admission.ts"
import * as contract from "./contract.ts"
import type { Named } from "./directory.ts"
import { nameOf } from "./directory.ts"
import { error } from "./error.ts"
import type { Command, Operation, Records } from "./operation.ts"
import type { Parameters } from "./parameters.ts"
import * as queries from "./queries.ts"
import { sendmsg } from "./sendmsg.ts"
import { changeAccount } from "./service.ts"
import * as sessions from "./sessions.ts"

/** What an operation answers, to its parameters and to whom. */
export type Say = (parameters: Parameters, account: Named) => Records

/** The command that a request is for, if there is one. */
export type Commands = (request: { readonly operation: string; readonly style: Style }) => Command | undefined

/** The service's commands, and those of the tester's own beside them or in their place, which each style has. */
export const make = (own: Readonly<Record<string, Say>>): Commands => {
  const added = new Map(Object.entries(own).map(([operation, say]) => [operation, forAccount(saying(say))] as const))
  return ({ operation, style }) =>
    added.get(operation) ?? (contract.operations[style].has(operation) ? known.get(operation) : undefined)
}

const auth: Command = (service, parameters, { now, sessionId }) =>
  Either.match(admission.identify(service, parameters), {
    onLeft: (code) => ({ service, records: error(code), session: 0 }),
    onRight: (account) => {
      const id = sessionId(service.sessions.logins + 1)
      const opened = { ...service, sessions: sessions.open(service.sessions, account, id, now) }
      const logins = accounts.get(service.accounts, account).logins + 1
      const counted = changeAccount(opened, account, { logins }, now)
      return { service: counted, records: `OK: ${id}`, session: opened.sessions.logins }
    }
  })

const forAccount =
  (operation: Operation, admit: Admission = admission.admit): Command =>
  (service, parameters, occasion) =>
    Either.match(admit(service, parameters, occasion.now), {
      onLeft: ({ code, session }) => ({ service, records: error(code), session }),
      onRight: ({ account, service, session }) => ({ ...operation(service, account, parameters, occasion), session })
    })

const saying =
  (say: Say): Operation =>
  (service, account, parameters) => ({ service, records: () => say(parameters, nameOf(account)) })

const known: ReadonlyMap<string, Command> = new Map([
  ["auth", auth],
  ["ping", forAccount((service) => ({ service, records: "OK:" }), admission.bySession)],
  ["sendmsg", forAccount(sendmsg)],
  ["querymsg", forAccount(queries.querymsg)],
  ["delmsg", forAccount(queries.delmsg)],
  ["getbalance", forAccount(queries.getbalance)],
  ["routecoverage", forAccount(queries.routecoverage)],
  ["routeCoverage", forAccount(queries.routecoverage)],
  ["getmsgcharge", forAccount(queries.getmsgcharge)]
])
