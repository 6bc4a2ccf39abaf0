import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import * as http from "node:http"
import type * as net from "node:net"
import * as soap from "soap"

/** Serves a contract by the npm package soap until the scope closes, and gives its address; it finds an operation by its SOAPAction alone. */
export const serve = (services: soap.IServices, xml: string): Effect.Effect<string, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.async<http.Server>((resume) => {
      const server = http.createServer((_, response) => response.writeHead(404).end())
      server.listen(0, "127.0.0.1", () => {
        soap.listen(server, {
          path: "/soap",
          services,
          xml,
          suppressStack: true,
          callback: () => resume(Effect.succeed(server))
        })
      })
    }),
    (server) =>
      Effect.async<void>((resume) => {
        server.close(() => resume(Effect.void))
        server.closeAllConnections()
      })
  ).pipe(Effect.map((server) => `http://127.0.0.1:${(server.address() as net.AddressInfo).port}/soap`))
