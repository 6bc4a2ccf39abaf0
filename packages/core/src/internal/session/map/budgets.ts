import * as MutableHashMap from "effect/MutableHashMap"
import * as MutableList from "effect/MutableList"
import * as Option from "effect/Option"
import { elapsed } from "../../instant.ts"
import type { Instant } from "../../instant.ts"
import type { Entry, Limits } from "../machine/budget.ts"

interface Kept<K> {
  readonly key: K
  readonly since: Instant
  readonly logins: ReadonlyArray<Entry>
}

/** The logins of accounts that were removed, for as long as they count: removing an account must not let it log in more often. */
export class Budgets<K> {
  private readonly limits: Limits
  private readonly all = MutableHashMap.empty<K, Kept<K>>()
  private readonly inOrder = MutableList.empty<Kept<K>>()

  constructor(limits: Limits) {
    this.limits = limits
  }

  /** Of how many accounts there are some. */
  get size(): number {
    return MutableHashMap.size(this.all)
  }

  keep(key: K, logins: ReadonlyArray<Entry>, since: Instant): void {
    this.forget(since)
    if (logins.length === 0) return
    const kept = { key, since, logins }
    MutableHashMap.set(this.all, key, kept)
    MutableList.append(this.inOrder, kept)
  }

  /** Gives what is kept for an account, which is back. */
  take(key: K, now: Instant): ReadonlyArray<Entry> {
    this.forget(now)
    const kept = Option.getOrUndefined(MutableHashMap.get(this.all, key))
    MutableHashMap.remove(this.all, key)
    return kept?.logins ?? []
  }

  private forget(now: Instant): void {
    const longest = Math.max(this.limits.spacing, this.limits.window)
    for (;;) {
      const kept = MutableList.head(this.inOrder)
      if (kept === undefined || elapsed(kept.since, now) < longest) return
      MutableList.shift(this.inOrder)
      const latest = Option.getOrUndefined(MutableHashMap.get(this.all, kept.key))
      if (latest === kept) MutableHashMap.remove(this.all, kept.key)
    }
  }
}
