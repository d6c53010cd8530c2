import { type Tensor, zeros, zerosLike } from '@unroll/tensor'

/** What is remembered of one parameter. */
export class Slots {
  readonly #values: Map<string, Tensor>
  readonly #like: Tensor

  constructor(values: Map<string, Tensor>, like: Tensor) {
    this.#values = values
    this.#like = like
  }

  /** A slot's tensor, to be changed in place; at first, zeros of the parameter's shape and dtype. */
  get(name: string): Tensor {
    return this.#values.get(name) ?? this.set(name, zerosLike(this.#like))
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
