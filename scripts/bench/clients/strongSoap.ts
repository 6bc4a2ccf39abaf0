import type { Connect } from "./client.ts"
import { fromPromise } from "./client.ts"
import { check } from "./request.ts"

interface StrongSoap {
  readonly soap: {
    readonly createClient: (wsdl: string, options: object, done: Done<StrongClient>) => void
  }
}
interface StrongClient {
  readonly setEndpoint: (url: string) => void
  readonly ping: (parameters: object, done: Done<{ readonly return: string }>, options: object, headers: object) => void
}
type Done<A> = (error: unknown, result: A) => void

const settled = <A>(start: (done: Done<A>) => void): Promise<A> =>
  new Promise((resolve, reject) => start((error, result) => (error ? reject(error) : resolve(result))))

export const connect: Connect = async (url, wsdl) => {
  // Not known to the compiler: this repository does without it.
  const name: string = "strong-soap"
  const { soap }: StrongSoap = (await import(name)).default
  const client = await settled<StrongClient>((done) => soap.createClient(wsdl, {}, done))
  client.setEndpoint(url)
  return fromPromise(async () => {
    const result = await settled<{ readonly return: string }>((done) =>
      // Without these it opens a connection for every call.
      client.ping({ session_id: "0".repeat(32) }, done, { forever: true }, { Connection: "keep-alive" })
    )
    check(`<return>${result.return}`)
  })
}
