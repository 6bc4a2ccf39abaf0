import type { BuildOptions } from "esbuild"
import { build } from "esbuild"
import type { Smallest } from "./smallest.ts"
import { sources } from "./smallest.ts"

/** Bundles and minifies a smallest program with what is installed in a folder; undefined where something is not in this build. */
export const bundle = async (
  program: Smallest,
  folder: string,
  options: Pick<BuildOptions, "external"> = {}
): Promise<Uint8Array | undefined> => {
  const { errors, outputFiles } = await build({
    stdin: { contents: sources[program], resolveDir: folder },
    bundle: true,
    minify: true,
    platform: "node",
    // Not a module, since undici requires Node's own.
    format: "cjs",
    write: false,
    logLevel: "silent",
    ...options
  }).catch((failure: { readonly errors: ReadonlyArray<{ readonly text: string }> }) => ({
    errors: failure.errors,
    outputFiles: []
  }))
  const unexpected = errors.find(({ text }) => !text.startsWith("Could not resolve"))
  if (unexpected !== undefined) throw new Error(unexpected.text)
  return outputFiles[0]?.contents
}
