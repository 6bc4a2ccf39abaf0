import { wrap } from "./wrap.ts"

/** Whether a stream is to be sent colours: as `FORCE_COLOR` says, else as `NO_COLOR` says, else where it is a terminal that has them. */
export const isColoured = (stream: NodeJS.WriteStream): boolean => {
  const { FORCE_COLOR = "", NO_COLOR = "" } = process.env
  if (FORCE_COLOR !== "") return FORCE_COLOR !== "0" && FORCE_COLOR !== "false"
  return NO_COLOR === "" && isTerminal(stream)
}

/** Whether a stream ends at a terminal that can do more than print. */
export const isTerminal = (stream: NodeJS.WriteStream): boolean =>
  Boolean(stream.isTTY) && process.env["TERM"] !== "dumb"

/** How wide the lines of a stream are; a terminal without a size of its own says 0. */
export const columns = (stream: NodeJS.WriteStream): number =>
  stream.isTTY && stream.columns > 0 ? stream.columns : 80

/** Breaks a text between its words where it would reach over the end of a terminal's line; a pipe takes it for one line. */
export const fold = (text: string, stream: NodeJS.WriteStream, indent = 0): string =>
  stream.isTTY ? wrap(text, columns(stream) - indent).join(`\n${" ".repeat(indent)}`) : text

/** How many lines a terminal shows at once. */
export const rows = (stream: NodeJS.WriteStream): number => (stream.isTTY && stream.rows > 0 ? stream.rows : 24)

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 }

/** What a text can be painted with. */
export type Colour = keyof typeof codes

/** Colours a text, where the stream is to be sent colours. */
export const paint = (colour: Colour, text: string, stream: NodeJS.WriteStream = process.stdout): string =>
  isColoured(stream) ? `\u001b[${codes[colour]}m${text}\u001b[0m` : text
