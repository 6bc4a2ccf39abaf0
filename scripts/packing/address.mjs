// Where the repository, its issues and its pages are, which a package says once it is packed.

/** @typedef {{ readonly repository?: object, readonly homepage?: string, readonly bugs?: string | object }} Address */

/**
 * What the manifest at the root says, or else the repository on GitHub whose workflow this is; `undefined` while there is neither.
 *
 * @param {Address} root
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {Address | undefined}
 */
export const addressOf = ({ bugs, homepage, repository }, env) => {
  if (repository !== undefined) return { repository, ...(homepage && { homepage }), ...(bugs && { bugs }) }
  const { GITHUB_REPOSITORY: name, GITHUB_SERVER_URL: server = "https://github.com" } = env
  if (name === undefined || !/^[\w.-]+\/[\w.-]+$/.test(name)) return undefined
  const url = `${server}/${name}`
  return { repository: { type: "git", url: `git+${url}.git` }, homepage: `${url}#readme`, bugs: `${url}/issues` }
}

/**
 * A package's manifest with the address, `repository` with the package's own directory.
 *
 * @template {object} Manifest
 * @param {Manifest} manifest
 * @param {Address | undefined} address
 * @param {string} directory
 */
export const withAddress = (manifest, address, directory) =>
  address === undefined ? manifest : { ...manifest, ...address, repository: { ...address.repository, directory } }
