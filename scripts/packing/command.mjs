// The command line as one file: nothing to install beside it, and hundreds of files less to look for when it starts.
import { buildSync } from "esbuild"
import * as fs from "node:fs"
import { join, resolve } from "node:path"

/** The folder of the package that a bundled file is from; none for our own. */
const packageOf = (/** @type {string} */ input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]

/** What the licences ask to hand on with the code: their texts, by package. */
const notice = (/** @type {string} */ folder) => {
  const { license, name, version } = JSON.parse(fs.readFileSync(join(folder, "package.json"), "utf8"))
  const file = fs.readdirSync(folder).find((file) => /^licen[cs]e/i.test(file))
  const text = file === undefined ? "" : fs.readFileSync(join(folder, file), "utf8").trim()
  return `${name} ${version} (${license})\n\n${text}`.trim()
}

/**
 * Bundles the command line from the sources of its package.
 *
 * @param {string} folder
 * @param {string} outfile
 */
export const bundle = (folder, outfile) =>
  buildSync({
    absWorkingDir: folder,
    entryPoints: ["src/bin.ts"],
    outfile,
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20.19",
    // Lines are left as they are: Node prints the one that an uncaught error is from.
    minifySyntax: true,
    // Dependencies that are CommonJS ask for the modules of Node.
    banner: { js: 'import { createRequire } from "node:module"\nconst require = createRequire(import.meta.url)' },
    logLevel: "error",
    metafile: true
  })

/**
 * Bundles the command line into the `dist` of its package, with the licences of what is in it.
 *
 * @param {string} folder
 */
export const bundleCommand = (folder) => {
  const { metafile } = bundle(folder, "dist/clickatell-ping.mjs")
  const inputs = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs))
  const contained = inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0)
  const folders = new Set(contained.flatMap(([input]) => packageOf(input) ?? []))
  const notices = [...folders].map((path) => notice(resolve(folder, path))).toSorted()
  fs.writeFileSync(join(folder, "dist/THIRD-PARTY-LICENSES.txt"), `${notices.join(`\n\n${"-".repeat(80)}\n\n`)}\n`)
}
