import { bare } from "./bare.ts"
import type { Connect } from "./client.ts"

export const connect: Connect = (url) => bare("node", url)
