// The ranges in pnpm-workspace.yaml that the published packages ask of their users.

const entry = /^ +"?([^":]+)"?: "?([^"\n]+)"?$/gm

/** The ranges of a catalog by name. */
export const catalog = (workspace: string, name: string): Readonly<Record<string, string>> => {
  const entries = new RegExp(`^ {2}${name}:\\n((?: {4}.+\\n)+)`, "m").exec(workspace)?.[1]
  if (entries === undefined) throw new Error(`there is no catalog ${name}`)
  return Object.fromEntries(Array.from(entries.matchAll(entry), ([, key = "", range = ""]) => [key, range]))
}

/** The lowest version of a range, which begins with it. */
export const lowest = (range: string): string => {
  const version = /^(?:\^|>=)(\d+\.\d+\.\d+)/.exec(range)?.[1]
  if (version === undefined) throw new Error(`${range} does not begin with its lowest version`)
  return version
}

/** With one version of each of these packages, whoever asks for it. */
export const withOverrides = (workspace: string, versions: Readonly<Record<string, string>>): string => {
  const lines = Object.entries(versions).map(([name, version]) => `  "${name}": ${version}\n`)
  if (!workspace.includes("\noverrides:\n")) throw new Error("there are no overrides to add to")
  return workspace.replace("\noverrides:\n", `\noverrides:\n${lines.join("")}`)
}
