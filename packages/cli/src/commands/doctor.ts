import * as Command from "@effect/cli/Command"
import * as Options from "@effect/cli/Options"
import * as Printable from "@effect-clickatell/core/Printable"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as connection from "../connection.ts"
import { examine } from "../doctor/examine.ts"
import type { Finding } from "../doctor/finding.ts"
import * as finding from "../doctor/finding.ts"
import * as exitCode from "../exitCode.ts"
import * as output from "../output.ts"
import type { Colour } from "../terminal.ts"
import * as terminal from "../terminal.ts"

/** Says what is wrong first on the way to a session, and what to do. */
export const doctor = Command.make(
  "doctor",
  {
    ...connection.options,
    json: connection.json,
    isLogin: Options.boolean("login").pipe(
      Options.withDescription("Ask the service whether the credentials work, which opens a session")
    )
  },
  ({ json, ...flags }) =>
    Effect.gen(function* () {
      const examination = yield* finding.begin((finding) => output.line(json, finding, text(finding)))
      yield* Effect.scoped(examine(examination, flags))
      yield* Option.match(yield* examination.diagnosis, {
        onNone: () => output.line(json, { ok: true, operation: "doctor" }, "nothing is wrong"),
        onSome: (diagnosis) => complain(json, diagnosis)
      })
    })
).pipe(Command.withDescription("Find out what stands between this machine and a session, and say what to do"))

const complain = (
  json: boolean,
  { check, wrong: { error, message } }: finding.Diagnosis
): Effect.Effect<never, exitCode.Exit> => {
  const told = { ok: false, operation: "doctor", check, error: { ...output.fields("doctor", error), message } }
  return Effect.zipRight(
    json
      ? Console.log(Printable.stringify(told))
      : Console.error(output.inRed(Printable.escape(`doctor: ${titles[check]}: ${message}`, Infinity))),
    Effect.fail(new exitCode.Exit({ code: exitCode.of(error) }))
  )
}

const titles: Readonly<Record<Finding["check"], string>> = {
  configuration: "configuration",
  dns: "DNS",
  tls: "TLS",
  soap: "SOAP",
  clock: "clock",
  credentials: "credentials",
  login: "login"
}

const colours: Readonly<Record<Finding["status"], Colour>> = {
  ok: "green",
  warning: "yellow",
  failed: "red",
  skipped: "dim"
}

const text = ({ check, message, status }: Finding): string => {
  const told = terminal.fold(Printable.escape(message, Infinity), process.stdout, 24)
  return `${terminal.paint(colours[status], status.padEnd(7))}  ${titles[check].padEnd(13)}  ${told}`
}
