// The checks as a test of workerd, which says by an exception what was otherwise.
import { memory } from "./memory.mjs"
import { ping } from "./ping.mjs"

export default {
  /** @param {unknown} _ @param {{ endpoint: string, closed: string }} environment */
  async test(_, { closed, endpoint }) {
    const said = closed === "" ? await memory() : await ping(endpoint, closed)
    if (said !== "passed") throw new Error(said)
  }
}
