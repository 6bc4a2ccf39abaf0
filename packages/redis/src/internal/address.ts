import * as Setting from "@effect-clickatell/core/Setting"
import type * as ConfigError from "effect/ConfigError"
import * as Either from "effect/Either"
import * as Redacted from "effect/Redacted"
import type { RedisOptions } from "ioredis"

/** What an address says, as options of the client; a refusal never repeats any part of it, since it may hold a password. */
export const parse = (address: Redacted.Redacted<string>): Either.Either<RedisOptions, ConfigError.ConfigError> => {
  const text = Redacted.value(address)
  const url = URL.canParse(text) ? new URL(text) : undefined
  if (url === undefined) return refuse("it is not a URL: write it out, such as redis://127.0.0.1:6379")
  const problem = objection(url)
  return problem === undefined ? read(url) : refuse(problem)
}

const refuse = (problem: string) =>
  Setting.refuse("url", `the address of Redis (url, or CLICKATELL_STORE) is refused: ${problem}`)

const objection = ({ hash, hostname, pathname, protocol, search }: URL): string | undefined => {
  if (protocol !== "redis:" && protocol !== "rediss:") return "its scheme is neither redis nor rediss: use rediss"
  if (hostname === "") return "it names no host: write one, such as redis://127.0.0.1:6379"
  if (!/^\/?\d*$/.test(pathname)) return "its path is not the number of a database: write one, such as /0, or none"
  if (search !== "" || hash !== "") return "it has a query or a fragment: drop it, and set the client's options in code"
  return undefined
}

const read = (url: URL): Either.Either<RedisOptions, ConfigError.ConfigError> =>
  Either.map(Either.all([decode(url.username), decode(url.password)]), ([username, password]): RedisOptions => ({
    host: url.hostname.replace(/^\[|\]$/g, ""),
    port: url.port === "" ? 6379 : Number(url.port),
    ...(username !== "" && { username }),
    ...(password !== "" && { password }),
    ...(/\d/.test(url.pathname) && { db: Number(url.pathname.slice(1)) }),
    ...(url.protocol === "rediss:" && { tls: {} })
  }))

const decode = (text: string) =>
  Either.orElse(
    Either.try(() => decodeURIComponent(text)),
    () => refuse("its user or password has a % that stands for nothing: write %25")
  )
