// Packs every package into ./tarballs, and says how they are installed elsewhere.
import * as fs from "node:fs"
import { resolve } from "node:path"
import { installing } from "./packing/installing.mjs"
import { pack, packageNames, tarballOf } from "./packing/tarballs.mjs"

const folder = resolve(import.meta.dirname, "../tarballs")
fs.rmSync(folder, { recursive: true, force: true })
fs.mkdirSync(folder)
pack(folder)

for (const name of packageNames) {
  const tarball = tarballOf(folder, name)
  console.log(`${tarball}  ${Math.ceil(fs.statSync(tarball).size / 1000)} kB`)
}
console.log("\nin a program's folder, one of:")
for (const [manager, args] of Object.entries(installing(folder))) console.log(`  ${manager} ${args.join(" ")}`)
console.log(`\nthe command line:\n  npm install --global ${tarballOf(folder, "cli")}`)
