import type * as HttpApp from "@effect/platform/HttpApp"
import * as HttpServerRequest from "@effect/platform/HttpServerRequest"
import * as HttpServerResponse from "@effect/platform/HttpServerResponse"
import * as Effect from "effect/Effect"
import { Emulator } from "../../Emulator.ts"
import * as body from "../body.ts"
import { isLocal } from "../loopback.ts"
import * as document from "./document.ts"
import { state } from "./state.ts"
import * as wish from "./wish.ts"

type App = HttpApp.Default<never, Emulator>

/**
 * Serves the page at `/` to browsers, and what the page asks for below `/-/`, in front of another application.
 *
 * With `anyName` it answers whatever the request calls this host. Otherwise only a name of this machine: a page of somebody's
 * whose own name was made to point here could read everything, and act.
 */
export const inFrontOf = (app: App, options: { readonly anyName: boolean }): App =>
  Effect.flatMap(HttpServerRequest.HttpServerRequest, (request) => {
    const { host = "" } = request.headers
    return (options.anyName || isLocal(host) ? route(request, host) : undefined) ?? app
  })

const route = (request: HttpServerRequest.HttpServerRequest, host: string): App | undefined => {
  switch (`${request.method} ${request.url}`) {
    case "GET /":
      return (request.headers["accept"] ?? "").includes("text/html") ? page : undefined
    case "GET /-/state":
      return show
    case "POST /-/act":
      return act(request, host)
    default:
      return undefined
  }
}

const headers = {
  "cache-control": "no-store",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff"
}

const page: App = Effect.sync(() =>
  HttpServerResponse.text(document.html, {
    contentType: "text/html; charset=utf-8",
    headers: { ...headers, "content-security-policy": document.policy, "referrer-policy": "no-referrer" }
  })
)

const show: App = Effect.map(Effect.flatMap(Emulator, state), (it) => HttpServerResponse.unsafeJson(it, { headers }))

const act = (request: HttpServerRequest.HttpServerRequest, host: string): App => {
  const { "content-type": type = "", origin = "" } = request.headers
  if (!/^application\/json *(?:;|$)/i.test(type)) return said(415, "Send application/json")
  // A page from elsewhere can send a request here; its browser says where it is from.
  if (origin.toLowerCase() !== `http://${host}`.toLowerCase()) return said(403, "Send the Origin of this host")
  return body.read(request).pipe(
    Effect.flatMap((bytes) => wish.read(new TextDecoder().decode(bytes))),
    Effect.flatMap((it) => Effect.flatMap(Emulator, (emulator) => wish.grant(emulator, it))),
    Effect.as(HttpServerResponse.empty({ status: 204, headers })),
    Effect.catchAll((problem) => (typeof problem === "string" ? said(400, problem) : said(problem, "Unreadable")))
  )
}

const said = (status: number, text: string) => Effect.succeed(HttpServerResponse.text(`${text}\n`, { status, headers }))
