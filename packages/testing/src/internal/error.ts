import * as ErrorCode from "@effect-clickatell/core/ErrorCode"

/** The record of an error, with the number that it speaks of where there are several. */
export const error = (code: string, to?: string): string => {
  const description = ErrorCode.table.get(code)?.description
  return `ERR: ${code}${description === undefined ? "" : `, ${description}`}${to === undefined ? "" : ` To: ${to}`}`
}
