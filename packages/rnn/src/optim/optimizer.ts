import type { Variable } from '@unroll/autograd'
import { copy, fail, formatShape, sameShape, sumOfSquares, type Tensor } from '@unroll/tensor'
import { groupState, readGroups } from './group-state.js'
import { type OptionRules, resolveOptions } from './option-rules.js'
import {
  type GroupOptions,
  groupList,
  makeGroup,
  type ParameterGroup,
  type Trainable,
} from './parameter-group.js'
import { readSlots } from './read-slots.js'
import { type SlotNames, Slots } from './slots.js'
import { StateReader } from './state-reader.js'

export interface OptimizerOptions {
  /** The learning rate: how far to go along the step. */
  lr?: number
}

/**
 * What all optimisers share: the parameters in their groups, and for each parameter a few tensors (slots)
 * that are remembered from step to step.
 *
 * A step changes the parameters in place. Parameters without a gradient are passed over.
 *
 *     new SGD(model.parameters(), { lr: 0.1 })
 *     new SGD([{ parameters: body.parameters() }, { parameters: head.parameters(), lr: 1 }], { lr: 0.1 })
 */
export abstract class Optimizer<Options extends OptimizerOptions = OptimizerOptions> {
  /** What a group that does not say otherwise is trained by. */
  readonly defaults: Readonly<Required<Options>>
  readonly #rules: OptionRules<Options>
  readonly #groups: ParameterGroup<Options>[] = []
  #slots = new Map<Variable, Map<string, Tensor>>()

  /**
   * @throws UnrollError when there is nothing to train, a parameter is named twice or is the result of an op, or
   * an option will not do or is none that there is.
   */
  constructor(trained: Trainable<Options>, options: Options, rules: OptionRules<Options>) {
    const op = this.constructor.name
    this.#rules = rules
    this.defaults = Object.freeze(resolveOptions(op, rules, options))
    for (const group of groupList(op, trained)) this.addGroup(group)
    if (this.parameters.length === 0) fail(op, 'wants parameters to train, got none')
  }

  /** The groups, in order: one when parameters were given by themselves. Their options can be set. */
  get groups(): readonly ParameterGroup<Options>[] {
    return this.#groups
  }

  /** The parameters of all groups, in order. */
  get parameters(): readonly Variable[] {
    return this.#groups.flatMap(({ parameters }) => parameters)
  }

  /** The learning rate of the first group. When it is set, it is that of all groups. */
  get lr(): number {
    return this.#groups[0].lr as number
  }

  /** @throws UnrollError when it is not a number ≥ 0. */
  set lr(lr: number) {
    for (const group of this.#groups) group.lr = lr
  }

  /**
   * Trains further parameters from here on, such as those of a layer that was frozen so far.
   * @throws UnrollError as the constructor does; nothing is then changed.
   */
  addGroup(group: GroupOptions<Options>): void {
    const op = this.constructor.name
    const made = makeGroup(op, group, this.#rules, this.defaults)
    const all = [...this.parameters, ...made.parameters]
    if (new Set(all).size !== all.length) fail(op, 'a parameter is named twice')
    this.checkTogether(made)
    this.#groups.push(made)
    for (const p of made.parameters) this.#slots.set(p, new Map())
  }

  /**
   * Changes every parameter that has a gradient.
   *
   * One NaN in a gradient would be in the weights for good, so nothing is changed then. Whoever would rather
   * leave out such a step looks first whether the norm that `clipGradNorm` gives is finite.
   * @throws UnrollError when a gradient holds NaN or Infinity, or was given another shape.
   */
  step(): void {
    for (const [i, { value, grad, name }] of this.parameters.entries()) {
      const problem = grad && problemOf(grad.value, value)
      if (problem) fail(this.constructor.name, `the gradient of parameter ${name ?? i} ${problem}`)
    }
    for (const group of this.#groups)
      for (const p of group.parameters)
        if (p.grad) this.update(p.value, p.grad.value, new Slots(this.#slotsOf(p), p.value), group)
  }

  /** Forgets the gradients. */
  zeroGrad(): void {
    for (const parameter of this.parameters) parameter.zeroGrad()
  }

  /**
   * All it takes to go on as if there had been no break, as tensors for `writeSafetensors`, under PyTorch's names:
   *
   * | key | |
   * |---|---|
   * | `<index>.<slot>` | what is remembered of each parameter that has taken a step, as a copy |
   * | `groups.<index>.<option>` | the options of each group, such as its learning rate: float64 or bool |
   * | `groups.<index>.params` | the indices of its parameters: int32 |
   */
  stateDict(): Record<string, Tensor> {
    const slots = this.parameters.flatMap((p, i) =>
      [...this.#slotsOf(p)].map(([name, value]): [string, Tensor] => [`${i}.${name}`, copy(value)]),
    )
    return { ...Object.fromEntries(slots), ...groupState(this.#groups) }
  }

  /**
   * Goes on from a `stateDict` of an optimiser of the same kind over the same groups of parameters. Options are
   * set to those of the state, as in PyTorch; they stay as they are when the state has none.
   * @throws UnrollError that lists everything that is missing, unexpected or of another shape, or names an option
   * that will not do; nothing is then changed.
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>): void {
    const reader = new StateReader(`${this.constructor.name}.loadStateDict`, state)
    const options = readGroups(reader, this.#groups, this.#rules)
    const slots = new Map<Variable, Map<string, Tensor>>()
    for (const p of this.parameters) slots.set(p, readSlots(reader, slots.size, p, this.slotNames))
    reader.finish()
    for (const [i, group] of this.#groups.entries()) this.checkTogether({ ...group, ...options[i] })
    this.#slots = slots
    this.#groups.forEach((group, i) => void Object.assign(group, options[i]))
  }

  /** The slots of a parameter that has taken a step: those that every one has, and those that depend on the options. */
  protected abstract readonly slotNames: SlotNames

  /** Changes one parameter in place, by its gradient and what is remembered of it. */
  protected abstract update(
    parameter: Tensor,
    gradient: Tensor,
    slots: Slots,
    options: Readonly<Required<Options>>,
  ): void

  /** Refuses options that do not go together. */
  protected checkTogether(_options: Readonly<Required<Options>>): void {}

  #slotsOf(parameter: Variable): Map<string, Tensor> {
    return this.#slots.get(parameter) as Map<string, Tensor>
  }
}

function problemOf(gradient: Tensor, { shape }: Tensor): string | undefined {
  if (!sameShape(gradient.shape, shape))
    return `${formatShape(shape)} has shape ${formatShape(gradient.shape)}`
  // The sum is in float64: only squares beyond that, of finite float64 values, make it worth a second look.
  if (Number.isFinite(sumOfSquares(gradient))) return undefined
  const bad = gradient.data.find((x) => !Number.isFinite(x))
  return bad === undefined ? undefined : `holds ${bad}; nothing was changed`
}
