// The service, in a process of its own and as cheap as Node can have it, so that clients wait for themselves alone. It answers
// every `auth` and `ping`, at /16000 with replies of that many bytes, and tells its port to whoever started it.
import * as net from "node:net"
import * as replies from "./replies.ts"

const server = net.createServer((socket) => {
  let unread = Buffer.alloc(0)
  socket.setNoDelay(true)
  socket.on("error", () => socket.destroy())
  socket.on("data", (bytes) => {
    unread = unread.length === 0 ? bytes : Buffer.concat([unread, bytes])
    for (let end = lengthOfRequest(unread); end !== undefined; end = lengthOfRequest(unread)) {
      socket.write(answer(unread.toString("latin1", 0, end)))
      unread = unread.subarray(end)
    }
  })
})

const lengthOfRequest = (bytes: Buffer): number | undefined => {
  const head = bytes.indexOf("\r\n\r\n")
  if (head === -1) return undefined
  const [, length = "0"] = /\r\ncontent-length: *(\d+)/i.exec(bytes.toString("latin1", 0, head)) ?? []
  const end = head + 4 + Number(length)
  return bytes.length >= end ? end : undefined
}

const answer = (request: string): string => {
  const [, size = "0"] = /^POST \/(\d+)/.exec(request) ?? []
  const body = replies.write(/:auth[\s>]/.test(request) ? "auth" : "ping", Number(size))
  return `HTTP/1.1 200 OK\r\ncontent-type: text/xml; charset=utf-8\r\ncontent-length: ${body.length}\r\n\r\n${body}`
}

server.listen(0, "127.0.0.1", () => process.send?.(server.address()))
process.on("disconnect", () => process.exit())
