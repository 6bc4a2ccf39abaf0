// A proxy on this machine that opens tunnels for whoever names the right user and password.
import { Effect } from "effect"
import * as http from "node:http"
import * as net from "node:net"

export const startProxy = (user: string, password: string) =>
  Effect.gen(function* () {
    const targets: Array<string> = []
    const expected = `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`
    const server = http.createServer().on("connect", ({ headers, url = "" }, socket) => {
      socket.on("error", () => {})
      if (headers["proxy-authorization"] !== expected)
        return socket.end("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n")
      targets.push(url)
      const { hostname, port } = new URL(`http://${url}`)
      const upstream = net
        .connect(Number(port), hostname, () => socket.write("HTTP/1.1 200 OK\r\n\r\n"))
        .on("error", () => socket.destroy())
      return socket.pipe(upstream).pipe(socket)
    })
    yield* Effect.acquireRelease(
      Effect.async<void>((resume) => void server.listen(0, "127.0.0.1", () => resume(Effect.void))),
      () => Effect.sync(() => server.close().closeAllConnections())
    )
    const address = server.address()
    return { port: typeof address === "object" && address !== null ? address.port : 0, targets }
  })
