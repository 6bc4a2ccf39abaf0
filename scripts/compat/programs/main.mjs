// Each check as a process that ends by itself: the name of the check, and what it asks for.
import { memory } from "./memory.mjs"
import { ping } from "./ping.mjs"

const [check, endpoint = "", closed = ""] = process.argv.slice(2)
console.log(await (check === "ping" ? ping(endpoint, closed) : memory()))
