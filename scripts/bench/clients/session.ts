import * as Credentials from "@effect-clickatell/core/Credentials"
import * as Session from "@effect-clickatell/core/Session"

/** Those of the one account that the responder lets in, since it lets in all. */
export const credentials = Credentials.make({ apiId: "1", user: "demo", password: "demo" })

/** A session as a program has it. */
export const layer = Session.layer({ credentials })
