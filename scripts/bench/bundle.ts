import type { BuildOptions } from "esbuild"
import { build } from "esbuild"
import type { Smallest } from "./smallest.ts"
import { sources } from "./smallest.ts"

/** A program with all that it imports. */
export interface Bundle {
  readonly contents: Uint8Array
  /** How many bytes of it come from which file. */
  readonly files: ReadonlyMap<string, number>
}

/** Bundles and minifies a smallest program with what is installed in a folder; undefined where something is not in this build. */
export const bundle = async (
  program: Smallest,
  folder: string,
  options: Pick<BuildOptions, "external"> = {}
): Promise<Bundle | undefined> => {
  try {
    const { metafile, outputFiles } = await build({
      stdin: { contents: sources[program], resolveDir: folder },
      bundle: true,
      minify: true,
      metafile: true,
      platform: "node",
      // Not a module, since undici requires Node's own.
      format: "cjs",
      write: false,
      logLevel: "silent",
      ...options
    })
    const files = Object.values(metafile.outputs).flatMap(({ inputs }) => Object.entries(inputs))
    return {
      contents: outputFiles[0]?.contents ?? new Uint8Array(),
      files: new Map(files.map(([file, { bytesInOutput }]) => [file, bytesInOutput]))
    }
  } catch (failure) {
    if (isUnresolved(failure)) return undefined
    throw failure
  }
}

const isUnresolved = (failure: unknown): boolean =>
  failure instanceof Error &&
  "errors" in failure &&
  (failure.errors as ReadonlyArray<{ readonly text: string }>).every(({ text }) => text.startsWith("Could not resolve"))
