/** The pieces in which a body comes. */
export class Chunks {
  size = 0
  // Most bodies are one piece, and need no list.
  private first: Uint8Array | undefined
  private others: Array<Uint8Array> | undefined

  add(chunk: Uint8Array): void {
    this.size += chunk.length
    if (this.first === undefined) this.first = chunk
    else (this.others ??= []).push(chunk)
  }

  /** All of them together. */
  get whole(): Uint8Array {
    const { first = new Uint8Array(0), others, size } = this
    if (others === undefined) return first
    const whole = new Uint8Array(size)
    whole.set(first)
    let offset = first.length
    for (const chunk of others) {
      whole.set(chunk, offset)
      offset += chunk.length
    }
    return whole
  }
}
