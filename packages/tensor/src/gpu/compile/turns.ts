/** Lets one thing be done at a time, in the order in which they come; the first begins at once. */
export class Turns {
  #last: Promise<unknown> | undefined

  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.#last ? this.#last.then(work) : work()
    const over = turn
      .catch(() => {})
      .then(() => {
        if (this.#last === over) this.#last = undefined
      })
    this.#last = over
    return turn
  }
}
