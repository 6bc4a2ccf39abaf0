import type { Instant } from "../../instant.ts"
import { elapsed } from "../../instant.ts"
import type { Cell } from "../cell.ts"
import type { Own } from "./protocol.ts"

/** A session of this process, measured by the time of the step that asks: the process may stand still before that. */
export const measured = (
  host: Cell,
  {
    id,
    isLost,
    openedAt,
    usedAt
  }: Pick<Own, "id" | "isLost"> & { readonly openedAt: Instant; readonly usedAt: Instant }
): Own => ({
  id,
  isLost,
  get age() {
    return elapsed(openedAt, host.now())
  },
  get idle() {
    return elapsed(usedAt, host.now())
  }
})
