import * as LogLevel from "effect/LogLevel"
import type { Flag } from "./flag.ts"

/** In place of a command, what it takes. */
export const help: Flag = { names: ["-h", "--help"], valueName: undefined, description: "Show this help" }

/** In place of a command, which one this is. */
export const version: Flag = { names: ["-v", "--version"], valueName: undefined, description: "Show the version" }

/** The shells that there are completions for. */
export const shells = ["bash", "zsh", "fish"] as const

/** In place of a command, a script for a shell. */
export const completions: Flag = {
  names: ["--completions"],
  valueName: shells.join("|"),
  description: "Print what makes a shell complete commands and flags"
}

/** The levels of the log, by the names that the flag takes. */
export const levels: ReadonlyMap<string, LogLevel.LogLevel> = new Map(
  LogLevel.allLevels.map((level) => [level._tag.toLowerCase(), level])
)

/** How much of the log is shown. */
export const logLevel: Flag = {
  names: ["--log-level"],
  valueName: Array.from(levels.keys()).join("|"),
  description: "Log to stderr what is at least this serious"
}

/** What every command takes. */
export const all: ReadonlyArray<Flag> = [help, version, completions, logLevel]
