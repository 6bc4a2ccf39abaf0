// What a package has only once it is packed, since then no repository is around it.
import * as fs from "node:fs"
import { join } from "node:path"
import { addressOf, withAddress } from "./address.mjs"

/**
 * Declarations that name the files which a tarball has. TypeScript writes `./X.js` for `./X.ts` into programs, and leaves it as it
 * is in declarations. As long as before, so that the maps of declarations hold.
 */
export const withoutSources = (/** @type {string} */ declarations) =>
  declarations.replaceAll(/(\bfrom |\bimport\()"(\.{1,2}\/[^"]+)\.ts"/g, '$1"$2.js"')

/** Links out of a package's folder become links to what its tarball has instead. */
export const withoutRepository = (/** @type {string} */ readme) => readme.replaceAll("](../../", "](")

const rewrite = (/** @type {string} */ path, /** @type {(text: string) => string} */ change) =>
  fs.writeFileSync(path, change(fs.readFileSync(path, "utf8")))

/** @type {(folder: string) => import("./address.mjs").Address & { readonly files: ReadonlyArray<string> }} */
const readManifest = (folder) => JSON.parse(fs.readFileSync(join(folder, "package.json"), "utf8"))

/**
 * Makes of a package, as it comes out of the tarball that pnpm packed, what is published.
 *
 * @param {string} root
 * @param {string} name
 * @param {string} unpacked
 */
export const finish = (root, name, unpacked) => {
  const address = addressOf(readManifest(root), process.env)
  const manifest = withAddress(readManifest(unpacked), address, `packages/${name}`)
  fs.writeFileSync(join(unpacked, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`)

  // What the manifest lists and the package's folder has not is the repository's: changes, guides.
  for (const file of manifest.files) {
    const [from, to] = [join(root, file), join(unpacked, file)]
    if (!fs.existsSync(to) && fs.existsSync(from)) fs.cpSync(from, to, { recursive: true })
  }
  rewrite(join(unpacked, "README.md"), withoutRepository)
  for (const file of fs.readdirSync(join(unpacked, "dist"), { encoding: "utf8", recursive: true })) {
    if (file.endsWith(".d.ts")) rewrite(join(unpacked, "dist", file), withoutSources)
  }
}
