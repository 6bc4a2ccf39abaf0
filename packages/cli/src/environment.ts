import * as Arr from "effect/Array"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"

/** A variable that changes who can read what is sent, or is thought to; with what value, and what that means. */
type Remark = readonly [variable: string, applies: (value: string) => boolean, meaning: string]

const isGiven = (value: string): boolean => value !== ""

const direct = "it is not used, and the endpoint is asked directly"

const variables: ReadonlyArray<Remark> = [
  [
    "NODE_TLS_REJECT_UNAUTHORIZED",
    (value) => value === "0",
    "no certificate is checked, and whoever answers can read the password"
  ],
  ["NODE_EXTRA_CA_CERTS", isGiven, "the authorities in that file can vouch for any endpoint"],
  ["HTTPS_PROXY", isGiven, direct],
  ["https_proxy", isGiven, direct],
  ["ALL_PROXY", isGiven, direct],
  ["all_proxy", isGiven, direct]
]

/** What in the environment bears on an endpoint of https: it may not be the operator who has set it. */
export const remarks: Effect.Effect<ReadonlyArray<string>> = Effect.map(
  Effect.forEach(variables, ([variable, applies, meaning]) =>
    Effect.map(
      Effect.orElseSucceed(Config.string(variable), () => ""),
      (value) => (applies(value) ? [`${variable} is set: ${meaning}`] : [])
    )
  ),
  Arr.flatten
)

/** Warns of it. */
export const warn: Effect.Effect<void> = Effect.flatMap(remarks, Effect.forEach(Effect.logWarning, { discard: true }))
