/** So many steps go to the device at a time, where they are fast: a call costs as much as some of them. */
export const stepsPerCall = 10

/** In milliseconds, how long a call may take: the page is to answer in between, also where the processor computes. */
const longestCall = 100

/** So many calls of one step tell how long it takes. */
const trials = 5

/** Decides how many steps to hand over at a time, by how long they took before: one, or `stepsPerCall`. */
export class Pace {
  /** For the next call. */
  steps = 1
  readonly #prepared = new Set<number>()
  #single: number[] = []

  /** Told of every call. The first of each kind does not count, as the device is made ready for it then. */
  took(steps: number, milliseconds: number): void {
    if (!this.#prepared.has(steps)) this.#prepared.add(steps)
    else if (steps === 1) this.#single.push(milliseconds)
    else if (milliseconds > 2 * longestCall) this.steps = 1
    if (this.#single.length < trials) return
    const mean = this.#single.reduce((sum, time) => sum + time, 0) / trials
    if (mean * stepsPerCall <= longestCall) this.steps = stepsPerCall
    this.#single = []
  }
}
