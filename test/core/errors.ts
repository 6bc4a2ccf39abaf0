import type { MalformedReason, TransportReason } from "@effect-clickatell/core/Errors"
import {
  ApiError,
  AuthFailed,
  InvalidParameters,
  MalformedReply,
  SoapFault,
  TransportError
} from "@effect-clickatell/core/Errors"

// The errors of a ping, made of what decides about them.
const operation = "ping"

export const transport = (reason: TransportReason, rest: Partial<TransportError> = {}) =>
  new TransportError({ operation, reason, phase: "headers", mayHaveReached: true, ...rest })
export const status = (status: number) => transport("Status", { status })
export const malformed = (reason: MalformedReason) => new MalformedReply({ operation, reason })
export const fault = (faultCode: string) => new SoapFault({ operation, faultCode, faultString: "" })
export const api = (code: string) => new ApiError({ operation, code, description: "" })
export const refused = (reason: AuthFailed["reason"]) => new AuthFailed({ operation, reason })
export const invalid = (...parameters: ReadonlyArray<string>) => new InvalidParameters({ operation, parameters })
