import { logAdd } from '../losses/ctc-log-add.js'

type Score = (prefix: readonly number[], next: number | undefined) => number

/**
 * What paths stand for up to a step: a node of a tree of prefixes. Its probability is that of all its paths
 * together, those ending in a blank and those ending in its last label; they are gathered for the next step
 * while those of this one are still read.
 */
export class Prefix {
  endingInBlank = -Infinity
  endingInLabel = -Infinity
  #nextInBlank = -Infinity
  #nextInLabel = -Infinity
  /** What the scores of its labels sum up to. */
  #bonus: number
  /** Most never have any. */
  #children: Map<number, Prefix> | undefined
  readonly #ask: Score | undefined

  /** Of no labels, or of those of another and one more. */
  constructor(
    ask: Score | undefined,
    readonly parent?: Prefix,
    readonly symbol?: number,
  ) {
    this.#ask = ask
    this.#bonus = parent ? parent.#bonus + (ask?.(parent.symbols, symbol) ?? 0) : 0
  }

  /** Before the first step: nothing has been said, as after a blank. */
  begin(): this {
    this.endingInBlank = 0
    return this
  }

  get symbols(): number[] {
    const symbols: number[] = []
    for (let prefix: Prefix = this; prefix.parent; prefix = prefix.parent)
      symbols.push(prefix.symbol as number)
    return symbols.reverse()
  }

  get logProb(): number {
    return logAdd(this.endingInBlank, this.endingInLabel)
  }

  /** −Infinity where it is impossible, or forbidden. */
  get score(): number {
    return this.logProb + this.#bonus
  }

  followedBy(symbol: number): Prefix {
    this.#children ??= new Map()
    let child = this.#children.get(symbol)
    if (!child) {
      child = new Prefix(this.#ask, this, symbol)
      this.#children.set(symbol, child)
    }
    return child
  }

  /** Paths of the next step that end in a blank. */
  addBlank(logProb: number): void {
    this.#nextInBlank = logAdd(this.#nextInBlank, logProb)
  }

  /** Paths of the next step that end in the label. */
  addLabel(logProb: number): void {
    this.#nextInLabel = logAdd(this.#nextInLabel, logProb)
  }

  /** The next step becomes this one. */
  turn(): void {
    this.endingInBlank = this.#nextInBlank
    this.endingInLabel = this.#nextInLabel
    this.#nextInBlank = -Infinity
    this.#nextInLabel = -Infinity
  }

  /** Falls out of the beam, which −Infinity stands for. A later step may find it again, with other paths. */
  forget(): void {
    this.endingInBlank = -Infinity
    this.endingInLabel = -Infinity
    // What is neither in the beam nor on the way to anything that is leaves the tree.
    let prefix: Prefix = this
    while (prefix.parent && !prefix.#children?.size && prefix.logProb === -Infinity) {
      prefix.parent.#children?.delete(prefix.symbol as number)
      prefix = prefix.parent
    }
  }

  /** No label follows: that may be scored as well. */
  close(): void {
    this.#bonus += this.#ask?.(this.symbols, undefined) ?? 0
  }
}
