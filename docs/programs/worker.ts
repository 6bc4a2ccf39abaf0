import { Credentials, KeepAlive, Session } from "@effect-clickatell/core"
import { HttpTransport } from "@effect-clickatell/platform"
import { FetchHttpClient } from "@effect/platform"
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import { Effect, Layer, Schedule } from "effect"

const Clickatell = KeepAlive.layer().pipe(
  Layer.provideMerge(Session.layer({ credentials: Credentials.config })),
  Layer.provide(HttpTransport.layerConfig()),
  Layer.provide(FetchHttpClient.layer)
)

/** Stands for what your service does, for as long as it runs. */
const Work = Layer.scopedDiscard(
  Effect.gen(function* () {
    const session = yield* Session.Session
    yield* Effect.addFinalizer(() =>
      Effect.flatMap(session.status, ({ state }) => Effect.log(`the work ends, the session is ${state}`))
    )
    yield* Effect.forkScoped(Effect.repeat(session.ping, Schedule.spaced("1 hour")))
  })
)

NodeRuntime.runMain(Layer.launch(Layer.provide(Work, Clickatell)))
