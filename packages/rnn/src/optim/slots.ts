import { full, type Tensor, zerosLike } from '@unroll/tensor'

/** What is remembered of one parameter. */
export class Slots {
  readonly #values: Map<string, Tensor>
  readonly #like: Tensor

  constructor(values: Map<string, Tensor>, like: Tensor) {
    this.#values = values
    this.#like = like
  }

  /** A slot's value; zeros of the parameter's shape at first. */
  get(name: string): Tensor {
    return this.#values.get(name) ?? zerosLike(this.#like)
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  set(name: string, value: Tensor): Tensor {
    this.#values.set(name, value)
    return value
  }

  /** Counts the steps: 1 at the first. */
  countStep(): number {
    const step = (this.#values.get('step')?.item() ?? 0) + 1
    this.#values.set('step', full([], step, { dtype: 'int32' }))
    return step
  }
}
