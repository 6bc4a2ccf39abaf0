import { naive } from "./naive.ts"
import type { Connect } from "./client.ts"

export const connect: Connect = (url) => naive("undici", url)
