import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type * as Scope from "effect/Scope"
import type * as connection from "../connection.ts"
import * as certificate from "./certificate.ts"
import * as clock from "./clock.ts"
import * as credentials from "./credentials.ts"
import * as dns from "./dns.ts"
import type { Check, Examination, Sound, Wrong } from "./finding.ts"
import * as service from "./service.ts"
import * as soap from "./soap.ts"

/** Looks at all that stands between this machine and a session, in the order in which a login would meet it. */
export const examine = (
  { look, skip }: Examination,
  { isLogin, ...flags }: connection.Flags & { readonly isLogin: boolean }
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.gen(function* () {
    const configured = yield* look("configuration", service.configured(flags))
    const after = <A, B>(
      before: Option.Option<A>,
      check: Check,
      found: (it: service.Service, before: A) => Effect.Effect<Sound<B>, Wrong>
    ) =>
      Option.match(Option.all([configured, before]), {
        onNone: () => skip(check, "not before what is wrong above is right"),
        onSome: ([it, before]) => look(check, found(it, before))
      })
    const resolved = yield* after(configured, "dns", dns.resolved)
    const trusted = yield* after(resolved, "tls", certificate.trusted)
    const spoken = yield* after(trusted, "soap", soap.spoken)
    const ahead = yield* Option.match(configured, { onNone: () => Effect.succeedNone, onSome: ({ ahead }) => ahead })
    yield* Option.match(ahead, {
      onNone: () => skip("clock", "the service has not told the time"),
      onSome: (ahead) => look("clock", clock.compared(ahead))
    })
    const given = yield* look("credentials", credentials.given)
    yield* isLogin
      ? after(Option.zipRight(spoken, given), "login", credentials.accepted)
      : skip("login", "--login asks the service whether they work")
  })
