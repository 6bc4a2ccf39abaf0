import { bash } from "./bash.ts"
import { fish } from "./fish.ts"
import { zsh } from "./zsh.ts"

/** What makes each shell complete commands, flags and values once it has read it. */
export const scripts = { bash, fish, zsh }
