/** The stores on which a session store is tested: in memory, and in files of a folder that goes with the test. */
import * as NodeFileSystem from "@effect/platform-node/NodeFileSystem"
import * as NodeKeyValueStore from "@effect/platform-node/NodeKeyValueStore"
import * as FileSystem from "@effect/platform/FileSystem"
import * as KeyValueStore from "@effect/platform/KeyValueStore"
import type { Scope } from "effect"
import { Context, Effect, Layer } from "effect"

export interface Opened {
  /** What each life of a program opens anew, and finds as the last one left it. */
  readonly layer: Layer.Layer<KeyValueStore.KeyValueStore>
  /** The store itself, for whoever tampers with it. */
  readonly store: KeyValueStore.KeyValueStore
  /** The names and the contents of all that is stored. */
  readonly contents: Effect.Effect<ReadonlyArray<readonly [name: string, text: string]>>
}

const inMemory = Effect.gen(function* () {
  const names = new Set<string>()
  const memory = Context.get(yield* Layer.build(KeyValueStore.layerMemory), KeyValueStore.KeyValueStore)
  const store: KeyValueStore.KeyValueStore = {
    ...memory,
    set: (name, text) =>
      Effect.zipRight(
        Effect.sync(() => names.add(name)),
        memory.set(name, text)
      ),
    remove: (name) =>
      Effect.zipRight(
        Effect.sync(() => names.delete(name)),
        memory.remove(name)
      )
  }
  const contents = Effect.orDie(
    Effect.forEach(names, (name) => Effect.map(Effect.flatten(store.get(name)), (text) => [name, text] as const))
  )
  return { layer: Layer.succeed(KeyValueStore.KeyValueStore, store), store, contents }
})

const inFiles = Effect.gen(function* () {
  const files = yield* FileSystem.FileSystem
  const folder = yield* files.makeTempDirectoryScoped()
  const layer = Layer.orDie(NodeKeyValueStore.layerFileSystem(folder))
  const contents = Effect.orDie(
    Effect.flatMap(files.readDirectory(folder), (names) =>
      Effect.forEach(names, (name) =>
        Effect.map(files.readFileString(`${folder}/${name}`), (text) => [name, text] as const)
      )
    )
  )
  return { layer, store: Context.get(yield* Layer.build(layer), KeyValueStore.KeyValueStore), contents }
}).pipe(Effect.provide(NodeFileSystem.layer), Effect.orDie)

export const stores: Readonly<Record<"memory" | "files", Effect.Effect<Opened, never, Scope.Scope>>> = {
  memory: inMemory,
  files: inFiles
}
