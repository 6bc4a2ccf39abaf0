/** What docs/examples import beside the packages themselves and their optional peers. */
export const hosts = [
  "effect",
  "@effect/opentelemetry",
  "@effect/platform",
  "@effect/platform-node",
  "@types/express",
  "@types/node",
  "express",
  "ioredis"
]
