import { buildSync } from "esbuild"

/** Bundles a program with all that it imports, for a runtime that has no files. */
export const bundle = (folder: string, program: string, outfile: string): void => {
  buildSync({
    absWorkingDir: folder,
    entryPoints: [`programs/${program}.mjs`],
    outfile,
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    logLevel: "error"
  })
}
