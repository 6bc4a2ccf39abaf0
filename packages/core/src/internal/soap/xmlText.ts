// Everything outside the `Char` production of XML 1.0 §2.2, lone surrogates included: no reference can express these.
const illegal = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u

/** Whether XML 1.0 can carry the text at all, escaped or not. */
export const isLegal = (text: string): boolean => !illegal.test(text)

/** Whether there is nothing but the white space of XML 1.0 §2.3, which is less than what JavaScript takes for white space. */
export const isBlank = (text: string): boolean => /^[ \t\r\n]*$/.test(text)

/** The text without such white space around it; not by a pattern, which would take quadratic time on blanks within. */
export const trim = (text: string): string => {
  let [start, end] = [0, text.length]
  while (start < end && isBlank(text.charAt(start))) start++
  while (start < end && isBlank(text.charAt(end - 1))) end--
  return text.slice(start, end)
}

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

const reference = /&(?:#x0*([0-9a-fA-F]{1,6});|#0*([0-9]{1,7});|([a-z]+);)?/g

/** Decodes the five named and the numeric references, once; `undefined` when one is unknown or names an illegal character. */
export const unescape = (text: string): string | undefined => {
  if (!text.includes("&")) return text
  let [decoded, end] = ["", 0]
  // Not `replace`, which would go on to the end after a reference that is none, for as long as that takes.
  reference.lastIndex = 0
  for (let match = reference.exec(text); match !== null; match = reference.exec(text)) {
    const [, hex, decimal, name] = match
    const char = name === undefined ? fromCodePoint(hex, decimal) : named.get(name)
    if (char === undefined || !isLegal(char)) return undefined
    decoded += text.slice(end, match.index) + char
    end = reference.lastIndex
  }
  return decoded + text.slice(end)
}

const fromCodePoint = (hex: string | undefined, decimal: string | undefined): string | undefined => {
  const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)
  return point <= 0x10ffff ? String.fromCodePoint(point) : undefined
}
