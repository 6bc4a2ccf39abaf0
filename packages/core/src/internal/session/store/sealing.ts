import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Redacted from "effect/Redacted"

/** One key, for what it can do; the browser's and Node's own cryptography, which every runtime has. */
export interface Seal {
  /** A digest that nobody without the key can find the text to. */
  readonly digest: (text: string) => Promise<string>
  /** Seals a text for a name: under any other it cannot be opened. */
  readonly seal: (name: string, text: string) => Promise<string>
  /** The text, unless it was sealed otherwise or changed since. */
  readonly open: (name: string, sealed: string) => Promise<string | undefined>
}

/** The bytes of the nonce of AES-GCM, which stand before the rest. */
const nonceLength = 12

const encoder = new TextEncoder()
const bytes = (text: string) => encoder.encode(text)

/** Two keys from a secret, one for each purpose (HKDF). */
export const make = async (secret: Redacted.Redacted<string>): Promise<Seal> => {
  const { subtle } = globalThis.crypto
  const root = await subtle.importKey("raw", bytes(Redacted.value(secret)), "HKDF", false, ["deriveKey"])
  const source = (purpose: string) => ({
    name: "HKDF",
    hash: "SHA-256",
    salt: bytes("effect-clickatell"),
    info: bytes(purpose)
  })
  const aes = await subtle.deriveKey(source("seal"), root, { name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt"
  ])
  const hmac = await subtle.deriveKey(source("name"), root, { name: "HMAC", hash: "SHA-256", length: 256 }, false, [
    "sign"
  ])
  return {
    digest: async (text) => Encoding.encodeBase64Url(new Uint8Array(await subtle.sign("HMAC", hmac, bytes(text)))),
    seal: async (name, text) => {
      const nonce = globalThis.crypto.getRandomValues(new Uint8Array(nonceLength))
      const sealed = await subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: bytes(name) }, aes, bytes(text))
      return Encoding.encodeBase64(Uint8Array.of(...nonce, ...new Uint8Array(sealed)))
    },
    open: async (name, sealed) => {
      const whole = Either.getOrUndefined(Encoding.decodeBase64(sealed))
      if (whole === undefined || whole.length <= nonceLength) return undefined
      const algorithm = { name: "AES-GCM", iv: whole.slice(0, nonceLength), additionalData: bytes(name) }
      // What was sealed with another key fails, and so does what was never sealed.
      const opened = await subtle.decrypt(algorithm, aes, whole.slice(nonceLength)).catch(() => undefined)
      return opened === undefined ? undefined : new TextDecoder().decode(opened)
    }
  }
}
