import type { Connect } from "./client.ts"
import { fromPromise } from "./client.ts"
import { body, check, headers } from "./request.ts"

export const connect: Connect = (url) =>
  fromPromise(async () => check(await (await fetch(url, { method: "POST", headers, body })).text()))
