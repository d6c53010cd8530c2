import { type Tensor, zeros, zerosLike } from '@unroll/tensor'

/** The names of the slots that a kind of optimiser has: of every parameter that took a step, and only with some options. */
export interface SlotNames {
  readonly always: readonly string[]
  readonly sometimes: readonly string[]
  /** Those that are sums or means of squares: never below 0, or a step would give NaN. */
  readonly squares?: readonly string[]
}

/** What is remembered of one parameter. */
export class Slots {
  readonly #values: Map<string, Tensor>
  readonly #like: Tensor

  constructor(values: Map<string, Tensor>, like: Tensor) {
    this.#values = values
    this.#like = like
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** A slot's tensor, to be changed in place; at first, of the parameter's shape and dtype and filled with `initial`. */
  get(name: string, initial = 0): Tensor {
    return this.#values.get(name) ?? this.set(name, zerosLike(this.#like).fill(initial))
  }

  set(name: string, value: Tensor): Tensor {
    this.#values.set(name, value)
    return value
  }

  /** Counts the steps: 1 at the first. */
  countStep(): number {
    const step = this.#values.get('step') ?? this.set('step', zeros([], { dtype: 'int32' }))
    const count = step.item() + 1
    step.set([], count)
    return count
  }
}
