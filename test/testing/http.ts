import * as Effect from "effect/Effect"
import * as http from "node:http"

export interface Reply {
  readonly status: number
  readonly headers: http.IncomingHttpHeaders
  readonly body: Buffer
}

/** One request over a connection of its own; fails with the socket's error code. */
export const call = (url: string, options: http.RequestOptions, body: ReadonlyArray<string | Uint8Array> = []) =>
  Effect.async<Reply, string>((resume) => {
    const request = http.request(url, { agent: false, ...options }, (response) => {
      const chunks: Array<Buffer> = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("error", (error: NodeJS.ErrnoException) => resume(Effect.fail(`body: ${error.code}`)))
      response.on("end", () =>
        resume(
          Effect.succeed({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) })
        )
      )
    })
    request.on("error", (error: NodeJS.ErrnoException) => resume(Effect.fail(`headers: ${error.code}`)))
    for (const chunk of body) request.write(chunk)
    request.end()
    return Effect.sync(() => request.destroy())
  })

export const post = (url: string, body: string | Uint8Array, headers: http.OutgoingHttpHeaders = {}) =>
  call(url, { method: "POST", headers: { "content-length": Buffer.byteLength(body), ...headers } }, [body])
