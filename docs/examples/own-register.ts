// A fleet that shares its session by a database which it has already: a register on three statements of SQL.
import { Credentials, Session, SessionStore } from "@effect-clickatell/core"
import { Emulator } from "@effect-clickatell/testing"
import { Clock, Context, Data, Effect, Layer, Redacted, TestContext } from "effect"
import * as assert from "node:assert/strict"

// #region register
class QueryFailed extends Data.TaggedError("QueryFailed")<{ readonly cause: unknown }> {}

interface Row {
  readonly value?: string | null
  readonly now: number
}

/** Your database, by whatever client you have: runs one statement on its own and gives the rows. */
class Database extends Context.Tag("app/Database")<
  Database,
  { readonly query: (sql: string, values: ReadonlyArray<unknown>) => Effect.Effect<ReadonlyArray<Row>, QueryFailed> }
>() {}

/** The clock is the database's, because those of two processes differ; in milliseconds since 1970. */
const now = "(extract(epoch from clock_timestamp()) * 1000)::float8"

/** create table register (name text primary key, value text not null, until float8 not null) */
const statements = {
  find: `select ${now} as now, (select value from register where name = $1 and until > ${now}) as value`,
  /** Where there is to be nothing; what is there after its life is nothing. */
  put: `insert into register values ($1, $2, ${now} + $3) on conflict (name) do update
    set value = excluded.value, until = excluded.until where register.until <= ${now} returning ${now} as now`,
  replace: `update register set value = $2, until = ${now} + $3
    where name = $1 and value = $4 and until > ${now} returning ${now} as now`
}

const register = Effect.map(Database, ({ query }): SessionStore.Register<QueryFailed> => {
  const read = (name: string) =>
    Effect.flatMap(query(statements.find, [name]), ([row]) =>
      row === undefined
        ? Effect.fail(new QueryFailed({ cause: "no row" }))
        : Effect.succeed({ value: row.value ?? undefined, now: row.now })
    )
  return {
    read,
    replace: (name, { expected, life, value }) =>
      Effect.gen(function* () {
        const [row] = yield* expected === undefined
          ? query(statements.put, [name, value, life])
          : query(statements.replace, [name, value, life, expected])
        return row === undefined ? { ...(yield* read(name)), replaced: false } : { value, now: row.now, replaced: true }
      })
  }
})

const Store = Layer.unwrapEffect(
  Effect.map(register, (register) =>
    SessionStore.layer(register, { keys: [Redacted.make("what openssl rand -base64 32 prints")] })
  )
)
// #endregion

/** Stands for the database, and knows these three statements. */
const InMemory = Layer.sync(Database, () => {
  const rows = new Map<string, { readonly value: string; readonly until: number }>()
  return {
    query: (sql, [name, value, life, expected]) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const found = rows.get(String(name))
        const living = found !== undefined && found.until > now ? found.value : undefined
        if (sql === statements.find) return [{ now, value: living ?? null }]
        if (living !== (sql === statements.put ? undefined : expected)) return []
        rows.set(String(name), { value: String(value), until: now + Number(life) })
        return [{ now }]
      })
  }
})

/** One process of a fleet makes a call: its layer is built anew, and would log in if there were no store. */
const call = Effect.flatMap(Session.Session, (session) => session.ping).pipe(
  Effect.provide(
    Session.layer({ credentials: Credentials.make({ apiId: "123456", user: "demo", password: "demo" }) }).pipe(
      Layer.provide(Store)
    )
  )
)

const test = Effect.gen(function* () {
  const emulator = yield* Emulator.Emulator
  yield* Effect.replicateEffect(call, 8, { discard: true })
  assert.equal(yield* emulator.logins, 1)

  yield* emulator.expireSessions
  yield* Effect.replicateEffect(call, 8, { discard: true })
  assert.equal(yield* emulator.logins, 2)
})

export const program = Effect.provide(
  test,
  Emulator.layerTransport().pipe(
    Layer.provideMerge(Emulator.layer()),
    Layer.provideMerge(Layer.merge(InMemory, TestContext.TestContext))
  )
)
