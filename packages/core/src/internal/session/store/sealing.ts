import * as Effect from "effect/Effect"
import * as Either from "effect/Either"
import * as Encoding from "effect/Encoding"
import * as Redacted from "effect/Redacted"

/** One key, for what can be done with it. */
export interface Seal {
  /** A digest that nobody without the key can find the text to. */
  readonly digest: (text: string) => Effect.Effect<string>
  /** Seals a text for a name: under any other it cannot be opened. */
  readonly seal: (name: string, text: string) => Effect.Effect<string>
  /** The text, unless it was sealed otherwise or changed since. */
  readonly open: (name: string, sealed: string) => Effect.Effect<string | undefined>
}

/** The bytes of the nonce of AES-GCM, which stand before the rest. */
const nonceLength = 12

const encoder = new TextEncoder()
const bytes = (text: string) => encoder.encode(text)

/** Two keys from a secret, one for each purpose (HKDF), by the cryptography that every runtime has. */
export const make = (secret: Redacted.Redacted<string>): Effect.Effect<Seal> =>
  Effect.promise(async () => {
    const { subtle } = globalThis.crypto
    const root = await subtle.importKey("raw", bytes(Redacted.value(secret)), "HKDF", false, ["deriveKey"])
    const from = (purpose: string) => ({
      name: "HKDF",
      hash: "SHA-256",
      salt: bytes("effect-clickatell"),
      info: bytes(purpose)
    })
    const sealing = await subtle.deriveKey(from("seal"), root, { name: "AES-GCM", length: 256 }, false, [
      "encrypt",
      "decrypt"
    ])
    const naming = await subtle.deriveKey(from("name"), root, { name: "HMAC", hash: "SHA-256", length: 256 }, false, [
      "sign"
    ])
    return {
      digest: (text) =>
        Effect.map(
          Effect.promise(() => subtle.sign("HMAC", naming, bytes(text))),
          (digest) => Encoding.encodeBase64Url(new Uint8Array(digest))
        ),
      seal: (name, text) => Effect.promise(() => encrypt(sealing, name, text)),
      open: (name, sealed) => Effect.promise(() => decrypt(sealing, name, sealed))
    }
  })

const encrypt = async (key: CryptoKey, name: string, text: string): Promise<string> => {
  const { crypto } = globalThis
  const iv = crypto.getRandomValues(new Uint8Array(nonceLength))
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(name) }, key, bytes(text))
  return Encoding.encodeBase64(Uint8Array.of(...iv, ...new Uint8Array(sealed)))
}

const decrypt = async (key: CryptoKey, name: string, sealed: string): Promise<string | undefined> => {
  const whole = Either.getOrUndefined(Encoding.decodeBase64(sealed))
  if (whole === undefined || whole.length <= nonceLength) return undefined
  const algorithm = { name: "AES-GCM", iv: whole.slice(0, nonceLength), additionalData: bytes(name) }
  // What was sealed with another key fails, and so does what was never sealed.
  const opened = await globalThis.crypto.subtle.decrypt(algorithm, key, whole.slice(nonceLength)).catch(() => undefined)
  return opened === undefined ? undefined : new TextDecoder().decode(opened)
}
