import type { Variable } from '@unroll/autograd'
import { copy, fail, formatShape, sameShape, type Tensor } from '@unroll/tensor'
import { checkNonNegative } from './checks.js'
import { parameterList } from './parameter-list.js'
import { readSlots } from './read-slots.js'
import { Slots } from './slots.js'

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
  #slots: readonly Map<string, Tensor>[]
  #lr = 0

  constructor(parameters: Iterable<Variable>, options: OptimizerOptions) {
    const op = this.constructor.name
    this.parameters = parameterList(op, parameters)
    if (this.parameters.length === 0) fail(op, 'wants parameters to train, got none')
    if (!this.parameters.every((p) => p.isLeaf)) fail(op, 'wants parameters: variables that no op has made')
    if (new Set(this.parameters).size !== this.parameters.length) fail(op, 'a parameter is named twice')
    this.#slots = this.parameters.map(() => new Map())
    this.lr = options?.lr
  }

  /** The learning rate. @throws UnrollError when set to what is not a number ≥ 0. */
  get lr(): number {
    return this.#lr
  }

  set lr(lr: number) {
    this.#lr = checkNonNegative(this.constructor.name, 'lr', lr)
  }

  /** Changes every parameter that has a gradient. @throws UnrollError when a gradient was given another shape. */
  step(): void {
    this.parameters.forEach(({ value, grad }, i) => {
      if (!grad) return
      if (!sameShape(grad.shape, value.shape))
        fail(
          this.constructor.name,
          `the gradient of parameter ${i} ${formatShape(value.shape)} has shape ${formatShape(grad.shape)}`,
        )
      this.update(value, grad.value, new Slots(this.#slots[i], value))
    })
  }

  /** Forgets the gradients. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.zeroGrad()
  }

  /**
   * A copy of what is remembered of each parameter that has taken a step: `<its index>.<slot>`, the slots named
   * as PyTorch names them. The learning rate and the other options are not in it.
   */
  stateDict(): Record<string, Tensor> {
    const named = this.#slots.flatMap((slots, i) =>
      [...slots].map(([name, value]) => [`${i}.${name}`, copy(value)]),
    )
    return Object.fromEntries(named)
  }

  /**
   * Goes on from a `stateDict` of an optimiser of the same kind over the same parameters.
   * @throws UnrollError that lists everything that is missing, unexpected or of another shape; nothing is then
   * changed.
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>): void {
    const op = `${this.constructor.name}.loadStateDict`
    this.#slots = readSlots(op, state, this.parameters, this.slotNames)
  }

  /** The names of the slots that the kind of optimiser has. */
  protected abstract readonly slotNames: readonly string[]

  /** Changes one parameter in place, by its gradient and what is remembered of it. */
  protected abstract update(parameter: Tensor, gradient: Tensor, slots: Slots): void
}
