import { Variable } from '@unroll/autograd'
import { copy, fail, formatShape, full, sameShape, type Tensor, zerosLike } from '@unroll/tensor'

export interface OptimizerOptions {
  /** The learning rate: how far to go along the step. */
  lr: number
}

/**
 * What all optimisers share: the parameters, the learning rate, and for each parameter a few tensors
 * (slots) that are remembered from step to step.
 *
 * A step changes the parameters in place. Parameters without a gradient are passed over.
 */
export abstract class Optimizer {
  readonly parameters: readonly Variable[]
  readonly #slots: Map<string, Tensor>[]
  #lr = 0

  constructor(parameters: Iterable<Variable>, { lr }: OptimizerOptions) {
    this.parameters = [...parameters]
    const op = this.constructor.name
    if (this.parameters.length === 0) fail(op, 'wants parameters to train, got none')
    if (!this.parameters.every((p) => p instanceof Variable && p.isLeaf))
      fail(op, 'wants parameters: variables that no op has made')
    if (new Set(this.parameters).size !== this.parameters.length) fail(op, 'a parameter is named twice')
    this.#slots = this.parameters.map(() => new Map())
    this.lr = lr
  }

  /** The learning rate. @throws UnrollError when set to what is not a number ≥ 0. */
  get lr(): number {
    return this.#lr
  }

  set lr(lr: number) {
    this.#lr = checkNonNegative(this.constructor.name, 'lr', lr)
  }

  /** Changes every parameter that has a gradient. */
  step(): void {
    this.parameters.forEach((parameter, i) => {
      if (parameter.grad)
        this.update(parameter.value, parameter.grad.value, new Slots(this.#slots[i], parameter.value))
    })
  }

  /** Forgets the gradients. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.zeroGrad()
  }

  /** A copy of what is remembered: `<index of the parameter>.<slot>`, the slots named as PyTorch names them. */
  stateDict(): Record<string, Tensor> {
    const named = this.#slots.flatMap((slots, i) =>
      [...slots].map(([name, value]) => [`${i}.${name}`, copy(value)]),
    )
    return Object.fromEntries(named)
  }

  /**
   * Goes on from a `stateDict` of an optimiser of the same kind over the same parameters.
   * @throws UnrollError that lists everything that does not fit; nothing is then changed.
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>): void {
    const loaded: Map<string, Tensor>[] = this.parameters.map(() => new Map())
    const problems: string[] = []
    for (const [key, value] of Object.entries(state)) {
      const [, index, name] = /^(0|[1-9]\d*)\.(\w+)$/.exec(key) ?? []
      const parameter = this.parameters[Number(index)]
      if (!parameter || !this.slotNames.includes(name)) problems.push(`unexpected ${key}`)
      else {
        const shape = name === 'step' ? [] : parameter.shape
        if (!sameShape(value.shape, shape))
          problems.push(`${key}: got ${formatShape(value.shape)}, want ${formatShape(shape)}`)
        loaded[Number(index)].set(name, copy(value))
      }
    }
    if (problems.length)
      fail(`${this.constructor.name}.loadStateDict`, `the state does not fit: ${problems.join('; ')}`)
    loaded.forEach((slots, i) => {
      this.#slots[i].clear()
      for (const [name, value] of slots) this.#slots[i].set(name, value)
    })
  }

  /** The names of the slots that the kind of optimiser has. */
  protected abstract readonly slotNames: readonly string[]

  /** Changes one parameter in place, by its gradient and what is remembered of it. */
  protected abstract update(parameter: Tensor, gradient: Tensor, slots: Slots): void
}

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

export function checkNonNegative(op: string, name: string, value: number): number {
  if (!(value >= 0 && Number.isFinite(value))) fail(op, `${name} is a number ≥ 0, got ${value}`)
  return value
}

/** Checks a decay rate, in [0, 1). */
export function checkDecay(op: string, name: string, value: number): number {
  if (!(value >= 0 && value < 1)) fail(op, `${name} lies in [0, 1), got ${value}`)
  return value
}
