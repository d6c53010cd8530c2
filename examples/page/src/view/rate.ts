/** In milliseconds. */
const reach = 3000

/** How many steps there are in a second, by those of the last three. */
export class Rate {
  readonly #seen: { readonly at: number; readonly steps: number }[] = []

  constructor(readonly now = () => performance.now()) {}

  /** Told of steps when they are done. Those that are done first tell nothing, since it is not known when they began. */
  add(steps: number): void {
    this.#seen.push({ at: this.now(), steps })
    while (this.#seen.length > 2 && this.#seen[0].at < this.now() - reach) this.#seen.shift()
  }

  /** Undefined while it is not known. */
  get perSecond(): number | undefined {
    const [first, ...others] = this.#seen
    if (others.length === 0) return undefined
    const steps = others.reduce((sum, { steps }) => sum + steps, 0)
    const passed = others[others.length - 1].at - first.at
    return passed > 0 ? (1000 * steps) / passed : undefined
  }

  /** There was a break. */
  reset(): void {
    this.#seen.length = 0
  }
}
