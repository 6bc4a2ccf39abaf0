// How the packed libraries are installed in a program's folder.
import { tarballOf } from "./tarballs.mjs"

/** What the libraries want beside them, as a person types it: `effect` alone is Effect 4. */
const peers = ["effect@3", "@effect/platform@0"]

// pnpm 12 ends with an error where a package would run a script and nobody has allowed it. What `@effect/platform` brings has one, and
// does as well without.
/** The arguments for each package manager, given the folder of the tarballs. */
export const installing = (/** @type {string} */ folder) => {
  const wanted = [...peers, tarballOf(folder, "core"), tarballOf(folder, "platform")]
  return { npm: ["install", ...wanted], pnpm: ["add", "--ignore-scripts", ...wanted], yarn: ["add", ...wanted] }
}
