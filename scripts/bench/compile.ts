import * as Wsdl from "@effect-clickatell/testing/Wsdl"
import { build } from "esbuild"
import * as fs from "node:fs"
import { join } from "node:path"
import { bundle } from "./bundle.ts"
import { sized, sources } from "./smallest.ts"

const here = import.meta.dirname
const sourcesIn = (folder: string) => fs.readdirSync(join(here, folder)).map((file) => join(here, folder, file))

/** Writes every program as JavaScript beside the modules it imports. */
export const compile = async (folder: string): Promise<void> => {
  const programs = join(folder, "programs")
  fs.rmSync(programs, { recursive: true, force: true })
  await build({
    entryPoints: [join(here, "responder.ts"), ...sourcesIn("programs"), ...sourcesIn("clients")],
    outbase: here,
    outdir: folder,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    logLevel: "error"
  })
  // The peers build themselves from a WSDL, in which strong-soap misses a style that is the default.
  const wsdl = Wsdl.make("document-literal", "http://127.0.0.1")
  fs.writeFileSync(join(folder, "service.wsdl"), wsdl.replace("<soap:binding", '<soap:binding style="document"'))
  fs.writeFileSync(join(programs, "cold-soap.js"), sources.soap)
  for (const program of ["fetch", "undici", "undici-floor"] as const) {
    const whole = await bundle(program, folder)
    fs.writeFileSync(join(programs, `cold-${program}.js`), sources[program])
    if (whole !== undefined) fs.writeFileSync(join(programs, `cold-${program}-bundled.cjs`), whole.contents)
  }
  for (const program of sized) {
    const size = await bundle(program, folder, { external: ["undici"] })
    if (size !== undefined) fs.writeFileSync(join(folder, `${program}.cjs`), size.contents)
  }
}
