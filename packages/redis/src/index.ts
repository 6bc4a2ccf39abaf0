/**
 * A session store on Redis, or what speaks its protocol: one session for a whole fleet of processes.
 *
 * Redis may be away, also at the start: the store bridges that, and says so. A connection is made when it is first needed.
 *
 * @since 0.1.0
 */
export * as RedisSessionStore from "./RedisSessionStore.ts"
