import { availableParallelism } from "node:os"
import { defineConfig } from "vitest/config"
import { orderedBy } from "./test/sequence.ts"

const longest =
  /\b(?:model|start|interleaving|budget|process|accounts|lifetime|fuzz|expat|explore|policies|fleet|fleetLife)\.test\.ts$/

export default defineConfig({
  test: {
    // A guard against a hang, not a measure of speed.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One worker reads each module once for all of its files, which would be a third of all the work otherwise.
    isolate: false,
    // The default leaves one core out, of a machine that may have two.
    // One more than there are cores: some tests do little but wait for a process that they have started.
    maxWorkers: availableParallelism() + 1,
    // What takes longest begins first, so that no worker is left alone with it at the end.
    sequence: { sequencer: orderedBy((file) => (longest.test(file) ? 0 : 1)) },
    projects: [
      {
        extends: true,
        test: {
          name: "all",
          include: ["test/**/*.test.ts"],
          exclude: ["test/scale/**", "test/redis/**", "test/browser/**", "test/{docs*,exports,imports,options}.test.ts"]
        }
      },
      {
        // What is promised of a session is promised of one in a map, and over a transport that calls back.
        extends: true,
        test: {
          name: "map",
          include: ["test/core/{Session,KeepAlive}.*.test.ts", "test/core/model.test.ts"],
          // It says what the layers refuse, which SessionMap.test.ts does for a map.
          exclude: ["test/core/Session.config.test.ts"],
          env: { SESSION_OF: "map", TRANSPORT: "callback", MODEL_RUNS: "40" }
        }
      }
    ]
  }
})
