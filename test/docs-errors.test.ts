// The table of docs/errors.md against the code that decides.
import type { CommandError } from "@effect-clickatell/core/Errors"
import * as Retry from "@effect-clickatell/core/Retry"
import { assert, it } from "@effect/vitest"
import { Duration } from "effect"
import * as fs from "node:fs"
import { api, fault, invalid, malformed, refused, status, transport } from "./core/errors.ts"

const rows: Readonly<Record<string, ReadonlyArray<CommandError>>> = {
  "`TransportError` `Connect`": [transport("Connect")],
  "`TransportError` `Dns`": [transport("Dns")],
  "`TransportError` `Timeout`": [transport("Timeout")],
  "`TransportError` `Reset`": [transport("Reset")],
  "`TransportError` `Reset` in the body": [transport("Reset", { phase: "body" })],
  "`TransportError` `Protocol`": [transport("Protocol")],
  "`TransportError` `Status` 408, 429": [status(408), status(429)],
  "`TransportError` `Status` 502, 503, 504": [status(502), status(503), status(504)],
  "`TransportError` `Status`, any other": [400, 401, 403, 404, 405, 407, 410, 415, 500, 501].map(status),
  "`TransportError` with `Retry-After` > 60 s": [
    transport("Status", { status: 503, retryAfter: Duration.seconds(61) })
  ],
  "`TransportError` `Tls`, `Redirect`": [transport("Tls"), transport("Redirect")],
  "`TransportError` `BodyTooLarge`": [transport("BodyTooLarge")],
  "`MalformedReply` `Empty`, `NotWellFormed`": [malformed("Empty"), malformed("NotWellFormed")],
  "`MalformedReply` `WrongOperation`": [malformed("WrongOperation")],
  "`MalformedReply` `UnrecognisedReturn`": [malformed("UnrecognisedReturn")],
  "`MalformedReply`, any other": (
    [
      "Encoding",
      "DtdForbidden",
      "IllegalCharacter",
      "TooDeep",
      "NotSoap",
      "UnexpectedContent",
      "MustUnderstand",
      "MissingReturn",
      "MultipleReturn",
      "NilReturn",
      "ReferencedReturn",
      "AmbiguousReturn",
      "BadSessionId"
    ] as const
  ).map(malformed),
  "`SoapFault` of the server": [fault("SOAP-ENV:Server"), fault("Receiver")],
  "`SoapFault`, any other": [fault("SOAP-ENV:Client"), fault("SOAP-ENV:VersionMismatch")],
  "`ApiError` 901": [api("901")],
  "`ApiError`, any other": [api("101"), api("130"), api("777")],
  "`AuthFailed`, `InvalidParameters`": [refused("SessionNotAccepted"), refused("LoginBudgetExceeded"), invalid("text")]
}

it("docs/errors.md names the ceilings that hold", () => {
  const page = fs.readFileSync(new URL("../docs/errors.md", import.meta.url), "utf8")
  const written = Array.from(page.matchAll(/^\| (`.*?\S) +\| (\d) +\| (\d) +\|$/gm), ([, label = "", ping, login]) => [
    label,
    Number(ping),
    Number(login)
  ])
  assert.deepStrictEqual(
    written,
    Object.entries(rows).flatMap(([label, errors]) =>
      Array.from(new Set(errors.map(Retry.ceiling)), (most) => [label, Math.min(most, 3), Math.min(most, 2)])
    )
  )
})
