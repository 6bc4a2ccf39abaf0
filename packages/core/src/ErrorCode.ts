/**
 * The error codes that Clickatell's documentation lists for its SOAP, HTTP and XML interfaces.
 *
 * Codes are strings and the set is open: `"001"` is not `"1"`, and a code missing here still reaches the caller verbatim.
 *
 * @since 0.1.0
 */

/**
 * What a code speaks about, and so who can do something about it.
 *
 * @since 0.1.0
 * @category models
 */
export type Category =
  | "session"
  | "credentials"
  | "account"
  | "request"
  | "routing"
  | "recipient"
  | "quota"
  | "credit"
  | "transient"

/**
 * One row of the table: the documented wording and what the code speaks about.
 *
 * @since 0.1.0
 * @category models
 */
export interface Entry {
  readonly description: string
  readonly category: Category
}

/**
 * Every documented code, from the error lists of the HTTP specifications 2.2.7 and 2.3.8, the SOAP specification 1.1.8 and the 2015 overview.
 *
 * @since 0.1.0
 * @category constants
 */
export const table: ReadonlyMap<string, Entry> = new Map<string, Entry>([
  ["001", { description: "Authentication failed", category: "session" }],
  ["002", { description: "Unknown username or password", category: "credentials" }],
  ["003", { description: "Session ID expired", category: "session" }],
  ["004", { description: "Account frozen", category: "account" }],
  ["005", { description: "Missing session ID", category: "session" }],
  ["007", { description: "IP lockdown violation", category: "account" }],
  ["100", { description: "Data malformed", category: "request" }],
  ["101", { description: "Invalid or missing parameters", category: "request" }],
  ["102", { description: "Invalid user data header", category: "request" }],
  ["103", { description: "Unknown API message ID", category: "request" }],
  ["104", { description: "Unknown client message ID", category: "request" }],
  ["105", { description: "Invalid destination address", category: "request" }],
  ["106", { description: "Invalid source address", category: "request" }],
  ["107", { description: "Empty message", category: "request" }],
  ["108", { description: "Invalid or missing API ID", category: "credentials" }],
  ["109", { description: "Missing message ID", category: "request" }],
  ["110", { description: "Error with email message", category: "request" }],
  ["111", { description: "Invalid protocol", category: "request" }],
  ["112", { description: "Invalid message type", category: "request" }],
  ["113", { description: "Maximum message parts exceeded", category: "request" }],
  ["114", { description: "Cannot route message", category: "routing" }],
  ["115", { description: "Message expired", category: "request" }],
  ["116", { description: "Invalid Unicode data", category: "request" }],
  ["120", { description: "Invalid delivery time", category: "request" }],
  ["121", { description: "Destination mobile number blocked", category: "recipient" }],
  ["122", { description: "Destination mobile opted out", category: "recipient" }],
  ["123", { description: "Invalid sender ID", category: "request" }],
  ["128", { description: "Number delisted", category: "recipient" }],
  ["130", { description: "Maximum MT limit exceeded", category: "quota" }],
  ["201", { description: "Invalid batch ID", category: "request" }],
  ["202", { description: "No batch template", category: "request" }],
  ["301", { description: "No credit left", category: "credit" }],
  ["302", { description: "Max allowed credit", category: "credit" }],
  ["901", { description: "Internal error", category: "transient" }]
])
