import * as fs from "node:fs"
import { kilobytes } from "../kilobytes.ts"
import * as task from "./task.ts"

task.report({ kilobytes: kilobytes(fs.readFileSync(`${task.word("bundle")}.cjs`)) })
