// What would trouble somebody who has nothing of this repository but the tarball.
import * as fs from "node:fs"
import { dirname, join, normalize } from "node:path"

/** The names that headings have in links, as the usual viewers of Markdown make them. */
const anchors = (/** @type {string} */ markdown) =>
  [...markdown.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-")
  )

/** Targets of links and pictures. What a code block holds is none. */
const links = (/** @type {string} */ markdown) =>
  [...markdown.replaceAll(/^```[\s\S]*?^```/gm, "").matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = ""]) => target)

/**
 * Links of one page that lead nowhere in the package.
 *
 * @param {string} unpacked
 * @param {string} page
 */
const dangling = (unpacked, page) =>
  links(fs.readFileSync(join(unpacked, page), "utf8")).filter((target) => {
    if (/^[a-z]+:/.test(target)) return false
    const [path = "", anchor] = target.split("#")
    const linked = path === "" ? page : normalize(join(dirname(page), path))
    if (linked.startsWith("..") || !fs.existsSync(join(unpacked, linked))) return true
    return anchor !== undefined && !anchors(fs.readFileSync(join(unpacked, linked), "utf8")).includes(anchor)
  })

/**
 * Says what is wrong with an unpacked package, one sentence each.
 *
 * @param {string} unpacked
 */
export const inspect = (unpacked) => {
  const files = fs
    .readdirSync(unpacked, { encoding: "utf8", recursive: true })
    .map((file) => file.replaceAll("\\", "/"))
  const read = (/** @type {string} */ file) => fs.readFileSync(join(unpacked, file), "utf8")
  return [
    ...["README.md", "LICENSE", "CHANGELOG.md", "package.json"]
      .filter((file) => !files.includes(file))
      .map((file) => `there is no ${file}`),
    ...files.filter((file) => /tsbuildinfo|node_modules/.test(file)).map((file) => `${file} is build state`),
    ...(/"(?:catalog|workspace):/.test(read("package.json")) ? ["the manifest holds a protocol of workspaces"] : []),
    ...files
      .filter((file) => file.endsWith(".d.ts") && /\b(?:from|import\()\s*"\.[^"]*\.ts"/.test(read(file)))
      .map((file) => `${file} imports sources`),
    ...files
      .filter((file) => file.endsWith(".md"))
      .flatMap((page) => dangling(unpacked, page).map((target) => `${page} links to ${target}, which is not there`))
  ]
}
