import * as soap from "soap"
import type { Connect } from "./client.ts"
import { fromPromise } from "./client.ts"
import { check } from "./request.ts"

export const connect: Connect = async (url, wsdl) => {
  const client = await soap.createClientAsync(wsdl)
  client.setEndpoint(url)
  return fromPromise(async () => {
    const [result] = await client["pingAsync"]({ session_id: "0".repeat(32) })
    check(`<return>${result.return}`)
  })
}
