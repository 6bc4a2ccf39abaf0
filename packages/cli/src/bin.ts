#!/usr/bin/env node
import { run } from "./cli.ts"
import { runMain } from "./main.ts"

runMain(run(process.argv))
