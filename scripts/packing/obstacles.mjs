// What keeps packages from being published, one sentence each.
import { addressOf } from "./address.mjs"
import { isReleased } from "./version.mjs"

/**
 * @param {import("./address.mjs").Address} manifest the root's
 * @param {Readonly<Record<string, string | undefined>>} env
 * @param {string} changes
 * @param {string} version
 */
export const obstaclesOf = (manifest, env, changes, version) => [
  ...(addressOf(manifest, env) === undefined
    ? ["there is no address: write `repository` into package.json, or run this in a workflow of GitHub"]
    : []),
  ...(env["GITHUB_REF_TYPE"] !== "tag" || env["GITHUB_REF_NAME"] === `v${version}`
    ? []
    : [`the tag is ${env["GITHUB_REF_NAME"]}, and the packages are ${version}`]),
  ...(isReleased(changes, version) ? [] : [`CHANGELOG.md has no part for ${version}: run the script "bump"`])
]
