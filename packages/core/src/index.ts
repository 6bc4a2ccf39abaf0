/**
 * `auth`: opens a session, which dies after 15 minutes without a command.
 *
 * @since 0.1.0
 */
export * as Authenticate from "./Authenticate.ts"

/**
 * A command of the SOAP API as a value: its name, its parameters and how its reply is read.
 *
 * @since 0.1.0
 */
export * as Command from "./Command.ts"

export * as Commands from "./Commands.ts"

/**
 * Who we are to the service: API id, user and password, redacted from configuration to socket.
 *
 * @since 0.1.0
 */
export * as Credentials from "./Credentials.ts"

/**
 * The SOAP envelope, both ways: what goes out for a command, and what can be read in an answer.
 *
 * @since 0.1.0
 */
export * as Envelope from "./Envelope.ts"

/**
 * The error codes that Clickatell's documentation lists for its SOAP, HTTP and XML interfaces.
 *
 * Codes are strings and the set is open: `"001"` is not `"1"`, and a code missing here still reaches the caller verbatim.
 *
 * @since 0.1.0
 */
export * as ErrorCode from "./ErrorCode.ts"

/**
 * What can go wrong: a closed union with one tag for each decision a caller can make.
 *
 * No error holds a request, a reply body or an error of the HTTP client, so none can print a secret.
 *
 * @since 0.1.0
 */
export * as Errors from "./Errors.ts"

/**
 * Keeps an idle session alive: a ping when nothing else has used it for a while, and a new session when it is lost.
 *
 * @since 0.1.0
 */
export * as KeepAlive from "./KeepAlive.ts"

/**
 * A limit on how many requests begin in a second and on how many are under way, with pings and logins ahead of all others.
 *
 * @since 0.1.0
 */
export * as Limit from "./Limit.ts"

/**
 * `ping`: gives a session another 15 minutes and does nothing else.
 *
 * @since 0.1.0
 */
export * as Ping from "./Ping.ts"

/**
 * Texts that nobody vouches for, written so that a terminal, a log or a line of JSON shows them and does not obey them.
 *
 * @since 0.1.0
 */
export * as Printable from "./Printable.ts"

/**
 * The text of a `return`: one record of a small grammar that all commands share.
 *
 * @since 0.1.0
 */
export * as Reply from "./Reply.ts"

/**
 * When to send again: each policy is a `Schedule` over the error that was met, and each can be replaced.
 *
 * @since 0.1.0
 */
export * as Retry from "./Retry.ts"

/**
 * A session that is kept for its callers: opened on first use, renewed when it is lost, and never opened twice.
 *
 * @since 0.1.0
 */
export * as Session from "./Session.ts"

/**
 * What happens to a session, one event for each turn that an operator would want to know of.
 *
 * @since 0.1.0
 */
export * as SessionEvent from "./SessionEvent.ts"

/**
 * The bearer secret that stands for a session: redacted from the reply it came in to the request it goes out with.
 *
 * @since 0.1.0
 */
export * as SessionId from "./SessionId.ts"

/**
 * The sessions of many accounts, each kept as `Session` keeps one, for little more than what there is to remember of it.
 *
 * @since 0.1.0
 */
export * as SessionMap from "./SessionMap.ts"

/**
 * What is known of a session without asking the service.
 *
 * @since 0.1.0
 */
export * as SessionStatus from "./SessionStatus.ts"

/**
 * Where a session is known beyond this process, so that a program that restarts goes on with it, or a whole fleet shares it.
 *
 * @since 0.1.0
 */
export * as SessionStore from "./SessionStore.ts"

/**
 * Checks of what a layer is set to, for this library's layers and for those that are built on them.
 *
 * @since 0.1.0
 */
export * as Setting from "./Setting.ts"

/**
 * A look at the XML that goes out and comes back, with every secret masked.
 *
 * @since 0.1.0
 */
export * as Tap from "./Tap.ts"

/**
 * The way to the service, as `core` sees it: an envelope goes out, bytes come back.
 *
 * @since 0.1.0
 */
export * as Transport from "./Transport.ts"
