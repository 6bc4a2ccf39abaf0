// Everything outside the `Char` production of XML 1.0 §2.2, lone surrogates included: no reference can express these.
const illegal = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u

/** Whether XML 1.0 can carry the text at all, escaped or not. */
export const isLegal = (text: string): boolean => !illegal.test(text)

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
  // A bare CR would reach the server as LF (XML 1.0 §2.11).
  "\r": "&#13;"
}

/** Escapes legal text for element content and attribute values alike. */
export const escape = (text: string): string =>
  /[&<>"'\r]/.test(text) ? text.replace(/[&<>"'\r]/g, (char) => entities[char] ?? char) : text

// A map, since an object has more names than its own.
const named = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"]
])

/** Decodes the five named and the numeric references, once; `undefined` when one is unknown or names an illegal character. */
export const unescape = (text: string): string | undefined => {
  let sound = true
  const decoded = text.replace(
    /&(?:#x0*([0-9a-fA-F]{1,6});|#0*([0-9]{1,7});|([a-z]+);)?/g,
    (_, hex: string | undefined, decimal: string | undefined, name: string | undefined) => {
      const char = name === undefined ? fromCodePoint(hex, decimal) : named.get(name)
      sound &&= char !== undefined && isLegal(char)
      return char ?? ""
    }
  )
  return sound ? decoded : undefined
}

const fromCodePoint = (hex: string | undefined, decimal: string | undefined): string | undefined => {
  const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  return point <= 0x10ffff ? String.fromCodePoint(point) : undefined
}
