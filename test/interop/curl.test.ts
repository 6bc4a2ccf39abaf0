// The documented sample messages, posted by hand as the documentation prints them.
import { assert, describe, it } from "@effect/vitest"
import * as Emulator from "@effect-clickatell/testing/Emulator"
import { EmulatorServer } from "@effect-clickatell/testing/EmulatorServer"
import * as Server from "@effect-clickatell/testing/EmulatorServer"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { missing, run } from "./support.ts"

const world = Server.layer().pipe(Layer.provideMerge(Emulator.layer()))

const sample = (body: string) => `<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ns1="http://api.clickatell.com/soap/document_literal/webservice">
\t<SOAP-ENV:Body>
\t\t${body}
\t</SOAP-ENV:Body>
</SOAP-ENV:Envelope>
`

const auth = (password: string) =>
  sample(`<ns1:auth>
\t\t\t<api_id>123456</api_id>
\t\t\t<user>demo</user>
\t\t\t<password>${password}</password>
\t\t</ns1:auth>`)

const ping = (id: string) =>
  sample(`<ns1:ping>
\t\t\t<session_id>${id}</session_id>
\t\t</ns1:ping>`)

describe.skipIf(missing.curl)("curl and the emulator", () => {
  it.live("speaks the documented samples", () =>
    Effect.gen(function* () {
      const { expireSessions } = yield* Emulator.Emulator
      const { endpoint } = yield* EmulatorServer
      const curl = (document: string, ...more: ReadonlyArray<string>) =>
        run(
          "curl",
          [
            "-sS",
            "--max-time",
            "5",
            ...more,
            "-H",
            "Content-Type: text/xml",
            "-w",
            " %{http_code}",
            "--data-binary",
            "@-",
            endpoint("document-literal")
          ],
          document
        ).pipe(Effect.map((text) => /<(return|faultcode)>([^<]*)<.* (\d{3})$/s.exec(text)?.slice(2).join(" ")))

      const login = yield* curl(auth("demo"))
      assert.match(login ?? "", /^OK: [0-9a-f]{32} 200$/)
      const id = login?.slice(4, 36) ?? ""
      assert.strictEqual(yield* curl(ping(id)), "OK: 200")
      assert.strictEqual(yield* curl(ping(id), "-H", "Expect: 100-continue"), "OK: 200")
      assert.strictEqual(yield* curl(ping(id), "-H", "Transfer-Encoding: chunked"), "OK: 200")
      assert.strictEqual(yield* curl(ping(id), "--http1.0"), "OK: 200")
      assert.strictEqual(yield* curl(auth("MyPassword")), "ERR: 001, Authentication failed 200")
      assert.strictEqual(yield* curl(ping("")), "ERR: 005, Missing session ID 200")
      assert.strictEqual(yield* curl(ping(id).replace("</ns1:ping>", "")), "SOAP-ENV:Client 500")
      assert.strictEqual(yield* curl(ping(id).replaceAll("ns1:ping", "ns1:pong")), "SOAP-ENV:Client 500")
      yield* expireSessions
      assert.strictEqual(yield* curl(ping(id)), "ERR: 001, Authentication failed 200")
    }).pipe(Effect.provide(world))
  )
})
