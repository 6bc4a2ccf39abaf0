import { Pool } from "undici"
import type { Connect } from "./client.ts"
import { fromPromise } from "./client.ts"
import { body, check, headers } from "./request.ts"

export const connect: Connect = (url) => {
  const { origin, pathname } = new URL(url)
  const pool = new Pool(origin)
  return fromPromise(async () => {
    const reply = await pool.request({ path: pathname, method: "POST", headers, body })
    check(await reply.body.text())
  })
}
