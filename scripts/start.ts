// The main job. With credentials in the environment it watches the real service; without, it plays the life of a
// session of seconds against the emulator, over HTTP on this machine.
import * as Commands from "@effect-clickatell/core/Commands"
import * as Credentials from "@effect-clickatell/core/Credentials"
import type * as Session from "@effect-clickatell/core/Session"
import type * as SessionEvent from "@effect-clickatell/core/SessionEvent"
import * as HttpTransport from "@effect-clickatell/platform/HttpTransport"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import * as EmulatorServer from "@effect-clickatell/testing/EmulatorServer"
import * as Fault from "@effect-clickatell/testing/Fault"
import { BigDecimal, Console, DateTime, Effect, Layer, Option, Ref, Schedule } from "effect"
import { run } from "../packages/cli/src/cli.ts"
import * as credentials from "../packages/cli/src/credentials.ts"
import * as log from "../packages/cli/src/log.ts"
import { runMain } from "../packages/cli/src/main.ts"
import * as output from "../packages/cli/src/output.ts"
import * as terminal from "../packages/cli/src/terminal.ts"
import { watch } from "../packages/cli/src/watch.ts"

const [node = "", script = "", ...args] = process.argv
const json = args.includes("--json")

/** Tells a person what is about to happen; machines read the events alone. */
const say = (text: string) => (json ? Effect.void : Console.log(terminal.paint("bold", `\n${text}`)))

/** Sends a message and tells what becomes of it, until it has arrived. */
const deliver = Effect.fnUntraced(function* (session: Session.Session["Type"]) {
  const [sent] = yield* session.execute(Commands.sendMsg({ to: ["27990000001"], text: "The parcel is here" }))
  if (sent._tag === "Refused") return yield* tell(`refused: ${sent.code}`, sent)
  yield* tell(`accepted as ${sent.id}`, { id: sent.id, to: sent.to })
  yield* session.execute(Commands.queryMsg({ id: sent.id })).pipe(
    Effect.tap(({ status }) => tell(`${status} ${describe(status)}`, { id: sent.id, status })),
    Effect.repeat({ schedule: Schedule.spaced("1 second"), times: 3, until: ({ status }) => status === "004" })
  )
})

const tell = (text: string, message: object) =>
  Effect.flatMap(DateTime.now, (at) =>
    output.line(json, { event: "message", at: DateTime.formatIso(at), ...message }, `message ${text}`)
  )

const describe = (status: Commands.MessageStatus) => Commands.messageStatuses.get(status)?.description ?? "unknown"

/** A day in the life, in about twenty seconds. */
const story = (emulator: Emulator.Emulator["Type"]) => (session: Session.Session["Type"]) =>
  Effect.gen(function* () {
    yield* say("Nobody uses the session, so it is pinged before its 5 seconds are over:")
    yield* Effect.sleep("5 seconds")
    yield* say("A command of our own keeps it alive as well, so that pings can be skipped:")
    yield* Effect.repeat(
      session.execute(Commands.getBalance),
      Schedule.spaced("700 millis").pipe(Schedule.upTo("3 seconds"))
    )
    yield* Effect.sleep("1 seconds")
    yield* say("The service forgets the session; the next command is refused, logs in once and is sent again:")
    yield* emulator.expireSessions
    const balance = yield* session.execute(Commands.getBalance)
    if (!json) yield* Console.log(`balance ${BigDecimal.format(balance)}, answered after the refusal`)
    yield* Effect.sleep("3 seconds")
    yield* say("The network breaks; the keep-alive tries again while the session may still live:")
    yield* emulator.fail(Fault.reset, { operation: "ping" })
    yield* Effect.sleep("5 seconds")
    yield* say("This is what a session is kept for: a message goes out, and a little later it has arrived:")
    yield* deliver(session)
    yield* say("The scope closes, and with it everything:")
  })

interface Summary {
  readonly logins: number
  readonly pings: number
  readonly skipped: number
  readonly refusalsRecovered: number
  readonly faultsSurvived: number
}

const nothing: Summary = { logins: 0, pings: 0, skipped: 0, refusalsRecovered: 0, faultsSurvived: 0 }

/** What an event adds to the summary; the first login is no recovery. */
const add = (summary: Summary, { _tag }: SessionEvent.SessionEvent): Summary => {
  switch (_tag) {
    case "Authenticated":
      return {
        ...summary,
        logins: summary.logins + 1,
        refusalsRecovered: summary.refusalsRecovered + (summary.logins > 0 ? 1 : 0)
      }
    case "Pinged":
      return { ...summary, pings: summary.pings + 1 }
    case "Skipped":
      return { ...summary, skipped: summary.skipped + 1 }
    case "Recovered":
      return { ...summary, faultsSurvived: summary.faultsSurvived + 1 }
    default:
      return summary
  }
}

const conclude = (summary: Summary) =>
  Effect.flatMap(DateTime.now, (at) =>
    output.line(
      json,
      { event: "summary", at: DateTime.formatIso(at), generation: summary.logins, ...summary },
      `\nlogins ${summary.logins}, pings ${summary.pings}, skipped ${summary.skipped}, ` +
        `refusals recovered ${summary.refusalsRecovered}, faults survived ${summary.faultsSurvived}`
    )
  )

// In a second or two it shows what takes a real message minutes.
const statuses = { "002": 0, "003": "500 millis", "004": "1500 millis" } as const

const demonstration = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  const { endpoint } = yield* EmulatorServer.EmulatorServer
  const summary = yield* Ref.make(nothing)
  yield* say(`No credentials are set, so this is the emulator, at ${endpoint("document-literal")}:`)
  yield* watch({
    session: {
      credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" }),
      life: "5 seconds",
      margin: "1 second",
      loginBudget: { spacing: "1 second" }
    },
    keepAlive: { interval: "2 seconds", floor: "500 millis", retry: Schedule.spaced("500 millis") },
    onEvent: (event) =>
      Effect.zipRight(
        output.event(json, event),
        Ref.update(summary, (sum) => add(sum, event))
      ),
    during: story(emulator)
  }).pipe(Effect.provide(HttpTransport.layerFetch({ endpoint: endpoint("document-literal"), timeout: "1 second" })))
  yield* Effect.flatMap(Ref.get(summary), conclude)
}).pipe(
  log.withoutEvents,
  output.reported("start", json),
  Effect.provide(Layer.provideMerge(EmulatorServer.layer(), Emulator.layer({ sessionLife: "5 seconds", statuses })))
)

const watchReal = run([node, script, "watch", ...args])

runMain(
  Effect.gen(function* () {
    // Of credentials that are given in part, the command says what is missing.
    const given = yield* Effect.orElseSucceed(Effect.map(credentials.given, Option.isSome), () => true)
    yield* given ? watchReal : demonstration
  })
)
