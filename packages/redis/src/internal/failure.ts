import * as Data from "effect/Data"

/**
 * What Redis or the way to it has failed of, by a single word, such as `ECONNREFUSED` or `READONLY`.
 *
 * The client's own errors stay here: they hold the command that failed, and the one that logs in holds the password.
 */
export class RedisFailure extends Data.TaggedError("RedisFailure")<{ readonly reason: string }> {
  override get message(): string {
    return `Redis: ${this.reason}`
  }
}

/** The word for an error of the client: the code of the system, else the one that Redis begins with, else its name. */
export const of = (error: unknown): RedisFailure => {
  if (!(error instanceof Error)) return new RedisFailure({ reason: "Unknown" })
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined
  return new RedisFailure({ reason: code ?? /^[A-Z]{2,20}(?= )/.exec(error.message)?.[0] ?? error.name })
}
