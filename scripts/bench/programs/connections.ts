import { subscribe } from "node:diagnostics_channel"
import * as task from "./task.ts"

let connections = 0
subscribe("net.client.socket", () => connections++)

let left = 50
const pings = await task.connect()
await pings(1, () => left-- > 0)
task.report({ connections })
