import type { Connect } from "./client.ts"
import { ours } from "./ours.ts"

export const connect: Connect = (url) => ours("node", url)
