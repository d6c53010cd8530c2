import { fail, formatShape, kindOf, type Shape, sameShape, Tensor } from '@unroll/tensor'
import { stateEntries } from '../state/load-state.js'

/** Takes a state dict apart key by key, and in the end tells all that was wrong with it. */
export class StateReader {
  readonly #rest: Map<string, unknown>
  readonly #problems: string[] = []

  constructor(
    readonly op: string,
    state: Readonly<Record<string, Tensor>>,
  ) {
    this.#rest = stateEntries(op, state)
  }

  /** Is there an entry, not yet taken, of that key? */
  has(key: string): boolean {
    return this.#rest.has(key)
  }

  /** The tensor of that key; undefined, and a problem, when there is none of that shape. */
  take(key: string, shape: Shape): Tensor | undefined {
    const value = this.#rest.get(key)
    if (!this.#rest.delete(key)) this.problem(`missing ${key}`)
    else if (!(value instanceof Tensor)) this.problem(`${key}: got ${kindOf(value)}, want a Tensor`)
    else if (!sameShape(value.shape, shape))
      this.problem(`${key}: got ${formatShape(value.shape)}, want ${formatShape(shape)}`)
    else return value
    return undefined
  }

  problem(text: string): void {
    this.#problems.push(text)
  }

  /** @throws UnrollError that lists all problems, and the keys that nobody took. */
  finish(): void {
    const problems = [...this.#problems, ...[...this.#rest.keys()].map((key) => `unexpected ${key}`)]
    if (problems.length) fail(this.op, `the state does not fit: ${problems.join('; ')}`)
  }
}
