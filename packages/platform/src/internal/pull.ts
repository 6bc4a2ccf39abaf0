import * as Predicate from "effect/Predicate"

/** The streams that Node and `fetch` keep a body in; `null` where there is none. */
export type Source = ReadableStream<Uint8Array> | NodeReadable | null

/** What is used of Node's `Readable`, whose types a program for browsers does not have. */
interface NodeReadable {
  readonly readable: boolean
  readonly errored: unknown
  readonly on: (event: "data" | "end" | "close" | "error", listener: (value: Uint8Array) => void) => unknown
  readonly destroy: () => void
}

/**
 * The stream under a response of `@effect/platform`'s clients, which has no public name. A `Stream` over it costs ten times as much
 * as the rest of a short reply. A response of any other make has none, nor has one that a host has changed: it is read as a `Stream`.
 */
export const sourceOf = (response: object): Source | undefined => {
  if (Object.hasOwn(response, "stream")) return undefined
  const within = own(response, "original")
  if (Predicate.isObject(within)) return sourceOf(within)
  const source = own(response, "source")
  if (isNodeReadable(source)) return source
  const body = Predicate.hasProperty(source, "body") ? source.body : undefined
  return body === null || isWebStream(body) || isNodeReadable(body) ? body : undefined
}

/** Whether a browser shows a redirect in this way, which has no status. */
export const isHiddenRedirect = (response: object): boolean => {
  const within = own(response, "original")
  if (Predicate.isObject(within)) return isHiddenRedirect(within)
  const source = own(response, "source")
  return Predicate.hasProperty(source, "type") && source.type === "opaqueredirect"
}

// What is inherited, or has a stream of its own, was made out of another response, perhaps with another body.
const own = (value: object, key: string): unknown =>
  Object.hasOwn(value, key) && Predicate.hasProperty(value, key) ? value[key] : undefined

// By its looks, since not every runtime has the name of it.
const isWebStream = (value: unknown): value is ReadableStream<Uint8Array> =>
  Predicate.hasProperty(value, "getReader") && Predicate.isFunction(value.getReader)

const isNodeReadable = (value: unknown): value is NodeReadable =>
  Predicate.hasProperty(value, "readable") &&
  Predicate.hasProperty(value, "on") &&
  Predicate.isFunction(value.on) &&
  Predicate.hasProperty(value, "destroy") &&
  Predicate.isFunction(value.destroy)

export interface Taker {
  readonly chunk: (chunk: Uint8Array) => void
  /** The end, or an error; more than one may come, of which the first counts. */
  readonly end: () => void
  readonly fail: (error: unknown) => void
}

/** Hands over chunk after chunk, until the end or until the function that it returns is called, which closes the connection. */
export const pull = (source: Source, taker: Taker): (() => void) => {
  if (source === null) {
    taker.end()
    return () => {}
  }
  return isWebStream(source) ? pullWeb(source, taker) : pullNode(source, taker)
}

const pullWeb = (stream: ReadableStream<Uint8Array>, taker: Taker): (() => void) => {
  const reader = stream.getReader()
  const next = (): Promise<void> =>
    reader.read().then(({ done, value }) => {
      if (done) return taker.end()
      taker.chunk(value)
      return next()
    }, taker.fail)
  void next()
  return () => void reader.cancel().catch(() => {})
}

const pullNode = (stream: NodeReadable, taker: Taker): (() => void) => {
  // One that is over before it has a reader tells so to nobody.
  if (!stream.readable) {
    if (Predicate.isNotNullable(stream.errored)) taker.fail(stream.errored)
    else taker.end()
    return () => {}
  }
  stream.on("data", taker.chunk)
  stream.on("end", taker.end)
  stream.on("error", taker.fail)
  stream.on("close", () => taker.fail(undefined))
  return () => stream.destroy()
}
