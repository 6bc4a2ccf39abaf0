import * as Effect from "effect/Effect"
import * as dns from "node:dns"
import * as net from "node:net"
import type { Sound, Wrong } from "./finding.ts"
import { wrongWay } from "./finding.ts"
import type { Service } from "./service.ts"

/** Looks the endpoint's host up as its clients do. */
export const resolved = ({ transport: { deadline, server } }: Service): Effect.Effect<Sound<void>, Wrong> =>
  net.isIP(server.address) > 0
    ? Effect.succeed({ value: undefined, message: `${server.address} is an address, and needs none` })
    : lookup(server.address).pipe(
        Effect.map((addresses) => ({ value: undefined, message: `${server.address} is ${addresses.join(", ")}` })),
        Effect.timeoutFail({
          duration: deadline,
          onTimeout: () => wrongWay("Dns", `nobody answers what ${server.address} is: check this machine's resolver`)
        })
      )

const lookup = (host: string): Effect.Effect<ReadonlyArray<string>, Wrong> =>
  Effect.async((resume) =>
    dns.lookup(host, { all: true }, (error, found) =>
      resume(
        error === null
          ? Effect.succeed(found.map(({ address }) => address))
          : wrongWay("Dns", `${host} has no address (${error.code}): check the endpoint and this machine's resolver`)
      )
    )
  )
