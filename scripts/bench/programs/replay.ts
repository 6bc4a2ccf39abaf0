import * as replies from "../replies.ts"

/** Replies written before the clock runs, one after the other and from the start again. */
export const replay = (size: number, count: number): (() => Uint8Array) => {
  const encoder = new TextEncoder()
  const written = Array.from({ length: count }, () => encoder.encode(replies.write("ping", size)))
  let at = 0
  return () => written[at++ % count] ?? encoder.encode("")
}
