/** What the library calls what it refuses, and what an operator sets. */
const names: ReadonlyArray<readonly [ours: RegExp, theirs: string]> = [
  [/\bthe option endpoint\b/, "--endpoint (CLICKATELL_ENDPOINT)"],
  [/\ballowHttp\b/, "--allow-http (CLICKATELL_ALLOW_HTTP)"],
  [/\bthe keep-alive interval\b/, "the --interval"],
  [/\bthe API id (?=is|holds)/, "CLICKATELL_API_ID "],
  [/\bthe user (?=is|holds)/, "CLICKATELL_USER "],
  [/\bthe password (?=is|holds)/, "CLICKATELL_PASSWORD "],
  [/\bthe session id (?=is|holds)/, "the session id of --session-id (CLICKATELL_SESSION_ID) "]
]

/** Says by its flags and variables what the library says by its options. */
export const forOperators = (message: string): string =>
  names.reduce((text, [ours, theirs]) => text.replace(ours, theirs), message)
