// Brings all packages to the version that the changesets ask for, and heads what is unreleased in CHANGELOG.md with it.
import * as DateTime from "effect/DateTime"
import { resolve } from "node:path"
import { bringToVersion } from "./packing/version.mjs"

const version = bringToVersion(resolve(import.meta.dirname, ".."), DateTime.formatIsoDateUtc(DateTime.unsafeNow()))
console.log(`${version}: look at CHANGELOG.md and the manifests, commit, and tag the commit v${version}`)
