import { gzipSync } from "node:zlib"

/** What goes over the wire, in kB of 1,000 bytes. */
export const kilobytes = (bundled: Uint8Array): number => gzipSync(bundled, { level: 9 }).length / 1_000
