import * as Printable from "@effect-clickatell/core/Printable"
import * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as net from "node:net"
import * as tls from "node:tls"
import type { Sound, Wrong } from "./finding.ts"
import { wrongWay } from "./finding.ts"
import * as gmt from "./gmt.ts"
import type { Service } from "./service.ts"

/** What a server shows of itself before anything is sent. */
interface Shown {
  readonly protocol: string
  /** Why it is not to be trusted, by the name that OpenSSL or Node has for it. */
  readonly problem: string | undefined
  /** Its own certificate first. */
  readonly chain: ReadonlyArray<tls.PeerCertificate>
}

/** Looks at the endpoint's certificates as its clients do, whatever the environment says about refusing them. */
export const trusted = ({ transport: { deadline, server }, url }: Service): Effect.Effect<Sound<void>, Wrong> =>
  url.protocol === "http:"
    ? Effect.succeed({ value: undefined, message: "none, since the endpoint is plain http", warnings: clear(url) })
    : shown(server).pipe(
        Effect.timeoutFail({
          duration: deadline,
          onTimeout: () =>
            wrongWay("Timeout", `${url.host} does not answer in time: check the endpoint and the network`)
        }),
        Effect.flatMap((shown) => Effect.flatMap(DateTime.now, (now) => judge(server.address, shown, now)))
      )

const clear = ({ hostname }: URL): ReadonlyArray<string> =>
  hostname === "localhost" || hostname.startsWith("127.") || hostname === "[::1]"
    ? []
    : ["whoever is on the way can read the password: use https"]

const shown = ({ address, port }: Service["transport"]["server"]): Effect.Effect<Shown, Wrong> =>
  Effect.async((resume) => {
    const servername = net.isIP(address) === 0 ? { servername: address } : {}
    // Not refused, so as to be looked at; nothing is sent over this connection.
    const socket = tls.connect({ host: address, port, ...servername, rejectUnauthorized: false })
    socket.once("secureConnect", () => {
      resume(
        Effect.succeed({
          protocol: socket.getProtocol() ?? "",
          problem: socket.authorized ? undefined : String(socket.authorizationError),
          chain: chainFrom(socket.getPeerCertificate(true))
        })
      )
      socket.destroy()
    })
    socket.once("error", (error: NodeJS.ErrnoException) => resume(noConnection(`${address}:${port}`, error)))
    return Effect.sync(() => socket.destroy())
  })

const noConnection = (host: string, { code = "", syscall }: NodeJS.ErrnoException): Wrong =>
  syscall === "connect"
    ? wrongWay("Connect", `there is no connection to ${host} (${code}): check the endpoint and the network`)
    : wrongWay("Tls", `${host} does not speak TLS with us (${code}): check the endpoint and any proxy before it`)

// The last one is its own issuer, or that is unknown.
const chainFrom = (certificate: tls.DetailedPeerCertificate): ReadonlyArray<tls.PeerCertificate> => {
  const issuer: tls.DetailedPeerCertificate | undefined = certificate.issuerCertificate
  const isLast = issuer === undefined || issuer.fingerprint256 === certificate.fingerprint256
  return isLast ? [certificate] : [certificate, ...chainFrom(issuer)]
}

const judge = (
  host: string,
  { chain, problem, protocol }: Shown,
  now: DateTime.Utc
): Effect.Effect<Sound<void>, Wrong> => {
  for (const certificate of chain) {
    const [begins, ends] = [gmt.parse(certificate.valid_from), gmt.parse(certificate.valid_to)]
    if (Option.exists(ends, DateTime.lessThan(now))) {
      return wrongWay("Tls", `${whose(certificate)} expired on ${day(ends)}: have it renewed`)
    }
    if (Option.exists(begins, DateTime.greaterThan(now))) {
      return wrongWay("Tls", `${whose(certificate)} begins on ${day(begins)}: check the clock of this machine`)
    }
  }
  if (problem !== undefined) return wrongWay("Tls", `the certificate of ${host} ${explain(problem, chain)}`)
  const end = Arr.head(Arr.sort(Arr.getSomes(chain.map(({ valid_to }) => gmt.parse(valid_to))), DateTime.Order))
  const isNear = Option.exists(end, DateTime.lessThan(DateTime.addDuration(now, soon)))
  return Effect.succeed({
    value: undefined,
    message: `${protocol}, with ${chain.length === 1 ? "a certificate" : `${chain.length} certificates`} until ${day(end)}`,
    warnings: isNear ? [`a certificate ends on ${day(end)}: have it renewed`] : []
  })
}

const soon = Duration.weeks(2)

const day = Option.match({ onNone: () => "an unknown day", onSome: DateTime.formatIsoDateUtc })

const whose = ({ subject }: tls.PeerCertificate): string => `the certificate of ${Printable.escape(String(subject.CN))}`

const explain = (problem: string, [own]: ReadonlyArray<tls.PeerCertificate>): string => {
  if (problem === "ERR_TLS_CERT_ALTNAME_INVALID")
    return `is for ${Printable.escape(own?.subjectaltname ?? "nobody")}: correct the endpoint`
  if (/SELF_SIGNED/.test(problem)) {
    return `is signed by itself (${problem}): if that is as it should be, name it in NODE_EXTRA_CA_CERTS`
  }
  if (problem.startsWith("UNABLE_TO_")) {
    return `leads to no authority that is known here (${problem}): have the server send its whole chain, or name the authority in NODE_EXTRA_CA_CERTS`
  }
  return `is not to be trusted (${problem}): check the endpoint and any proxy before it`
}
