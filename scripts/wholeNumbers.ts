/** Ends a command with 2 where one of its options is no whole number from 1 up to so many digits. */
export const demand = (command: string, values: Readonly<Record<string, string | undefined>>, digits: number): void => {
  for (const [name, value = ""] of Object.entries(values)) {
    if (/^[1-9]\d*$/.test(value) && value.length <= digits) continue
    console.error(
      `${command}: --${name} is a whole number from 1 to ${"9".repeat(digits)}, not ${JSON.stringify(value)}`
    )
    process.exit(2)
  }
}
