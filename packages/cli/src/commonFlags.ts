import * as LogLevel from "effect/LogLevel"
import type { Flag } from "./flag.ts"

export const help: Flag = { names: ["-h", "--help"], valueName: undefined, description: "Show this help" }

export const version: Flag = { names: ["-v", "--version"], valueName: undefined, description: "Show the version" }

/** The shells that there are completions for. */
export const shells = ["bash", "zsh", "fish"] as const

export const completions: Flag = {
  names: ["--completions"],
  valueName: shells.join("|"),
  description: "Print what makes a shell complete commands and flags"
}

/** The levels of the log, by the names that the flag takes. */
export const levels: ReadonlyMap<string, LogLevel.LogLevel> = new Map(
  LogLevel.allLevels.map((level) => [level._tag.toLowerCase(), level])
)

export const logLevel: Flag = {
  names: ["--log-level"],
  valueName: Array.from(levels.keys()).join("|"),
  description: "Log to stderr what is at least this serious"
}

/** What every command takes. */
export const all: ReadonlyArray<Flag> = [help, version, completions, logLevel]
