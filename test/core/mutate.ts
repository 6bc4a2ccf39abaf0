/** A stream of numbers below a bound, the same for the same seed. */
export type Random = (below: number) => number

/** Mulberry32. */
export const random = (seed: number): Random => {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}

// Pieces of markup, one of each kind that a reader could stumble over; none says OK.
const tokens = [
  "<",
  ">",
  "/>",
  "</",
  "&",
  ";",
  "&lt;",
  "&amp;",
  "&#",
  "&#0;",
  "&#x110000;",
  "&#xD800;",
  "&#x1F4A9;",
  "&nope;",
  "&toString;",
  "<!--",
  "-->",
  "--",
  "<![CDATA[",
  "]]>",
  "<?a ",
  "?>",
  '<?xml version="1.0"?>',
  "<!DOCTYPE a>",
  "<!ENTITY a 'b'>",
  "<!a>",
  "<return>",
  "</return>",
  "<return/>",
  "<a>",
  "</a>",
  "<__proto__>",
  "<constructor/>",
  ' xmlns=""',
  ' xmlns="http://schemas.xmlsoap.org/soap/envelope/"',
  ' a="1"',
  " __proto__='x'",
  "xmlns:",
  ":",
  "=",
  '"',
  "'",
  "\r\n",
  "\t",
  "ERR: 001, ",
  "ERR:",
  ",",
  "0",
  "\u00a0",
  "\ufeff",
  "\ufffe",
  "\u2028",
  "\u{1F4A9}"
].map((token) => new TextEncoder().encode(token))

const control = [0x00, 0x08, 0x0d, 0x1b, 0x7f, 0x80, 0xbf, 0xc0, 0xc2, 0xe0, 0xed, 0xf0, 0xf4, 0xf8, 0xfe, 0xff]

type Range = readonly [from: number, to: number]

const range = (random: Random, length: number): Range => {
  const from = random(length + 1)
  return [from, from + random(Math.min(length - from, random(8) === 0 ? length : 24) + 1)]
}

const spliced = (bytes: Uint8Array, [from, to]: Range, part: Uint8Array): Uint8Array => {
  const result = new Uint8Array(from + part.length + bytes.length - to)
  result.set(bytes.subarray(0, from))
  result.set(part, from)
  result.set(bytes.subarray(to), from + part.length)
  return result
}

const pick = <A>(random: Random, from: ReadonlyArray<A>): A => from[random(from.length)] as A

type Mutation = (random: Random, bytes: Uint8Array, donor: Uint8Array) => Uint8Array

const at = (random: Random, bytes: Uint8Array): Range => {
  const from = random(bytes.length + 1)
  return [from, from]
}

const mutations: ReadonlyArray<Mutation> = [
  // One byte becomes another, in one bit, altogether, or into one that UTF-8 gives a meaning to.
  (random, bytes) => {
    const [from] = range(random, bytes.length)
    return spliced(
      bytes,
      [from, Math.min(from + 1, bytes.length)],
      Uint8Array.of((bytes[from] ?? 0) ^ (1 << random(8)))
    )
  },
  (random, bytes) => {
    const [from] = range(random, bytes.length)
    return spliced(bytes, [from, Math.min(from + 1, bytes.length)], Uint8Array.of(random(256)))
  },
  (random, bytes) => spliced(bytes, at(random, bytes), Uint8Array.of(pick(random, control))),
  // A part is lost, cut off, doubled, moved or taken from elsewhere.
  (random, bytes) => spliced(bytes, range(random, bytes.length), new Uint8Array()),
  (random, bytes) => bytes.subarray(0, random(bytes.length + 1)),
  (random, bytes) => spliced(bytes, at(random, bytes), bytes.subarray(...range(random, bytes.length))),
  (random, bytes) => {
    const taken = range(random, bytes.length)
    const part = bytes.slice(...taken)
    const rest = spliced(bytes, taken, new Uint8Array())
    return spliced(rest, at(random, rest), part)
  },
  (random, bytes, donor) => spliced(bytes, range(random, bytes.length), donor.subarray(...range(random, donor.length))),
  // Markup appears or takes the place of something.
  (random, bytes) => spliced(bytes, at(random, bytes), pick(random, tokens)),
  (random, bytes) => spliced(bytes, range(random, bytes.length), pick(random, tokens)),
  (random, bytes) => spliced(bytes, at(random, bytes), new Uint8Array(random(200)).fill(pick(random, [32, 45, 60, 93])))
]

/** One to four changes at random; the donor gives the parts that do not come from the document itself. */
export const mutate = (random: Random, bytes: Uint8Array, donor: Uint8Array): Uint8Array => {
  let result = bytes
  for (let times = 1 + random(4); times > 0; times--) result = pick(random, mutations)(random, result, donor)
  return result
}
