import type { Variable } from '@unroll/autograd'
import {
  assertLater,
  fail,
  formatShape,
  full,
  inEveryReplay,
  sameShape,
  sumOfSquares,
  type Tensor,
  tracer,
} from '@unroll/tensor'
import { allFinite } from './all-finite.js'
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
  readonly #slots = new Map<Variable, Slots>()

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
    for (const p of made.parameters) this.#slots.set(p, new Slots(p.value))
  }

  /**
   * Changes every parameter that has a gradient.
   *
   * One NaN in a gradient would be in the weights for good, so nothing is changed then. Whoever would rather
   * leave out such a step looks first whether the norm that `clipGradNorm` gives is finite.
   *
   * On a device it is found out later: the next `read` rejects, and the parameters are of no more use. A step that is
   * compiled changes nothing there either.
   * @throws UnrollError when a gradient holds NaN or Infinity, or was given another shape.
   */
  step(): void {
    const op = this.constructor.name
    const traced = tracer()
    traced?.goesBy(this, () => this.#groups.length)
    const unseen: Tensor[] = []
    for (const [i, p] of this.parameters.entries()) {
      const { value, grad, name } = p
      traced?.goesBy(p, () => p.requiresGrad)
      if (!grad) continue
      const isSeen = !grad.device && !traced
      const problem = problemOf(grad.value, value, isSeen)
      if (problem) fail(op, `the gradient of parameter ${name ?? i} ${problem}`)
      if (!isSeen && grad.size > 0) unseen.push(grad.value)
    }
    if (unseen.length)
      assertLater(allFinite(unseen), () => `${op}: the gradient of a parameter holds NaN or Infinity`)
    for (const group of this.#groups)
      for (const p of group.parameters) {
        if (!p.grad) continue
        const slots = this.#slotsOf(p)
        inEveryReplay(() => slots.countStep())
        this.update(p.value, p.grad.value, slots, group)
      }
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
      this.#tensorsOf(p).map(([name, value]): [string, Tensor] => [`${i}.${name}`, value]),
    )
    return { ...Object.fromEntries(slots), ...groupState(this.#groups) }
  }

  /**
   * Brings what is remembered back from a device, as `Module.toHost` brings the parameters. (The way there it goes by
   * itself, with the first step of parameters on a device.)
   */
  async toHost(): Promise<this> {
    await Promise.all([...this.#slots.values()].map((slots) => slots.toHost()))
    return this
  }

  /**
   * Goes on from a `stateDict` of an optimiser of the same kind over the same groups of parameters. Options are
   * set to those of the state, as in PyTorch; they stay as they are when the state has none.
   * @throws UnrollError that lists everything that is missing, unexpected or of another shape, or names an option
   * that will not do; nothing is then changed.
   */
  loadStateDict(state: Readonly<Record<string, Tensor>>): void {
    const op = `${this.constructor.name}.loadStateDict`
    tracer()?.refuse(op, 'a replay would not load it again; load it between the calls')
    const reader = new StateReader(op, state)
    const options = readGroups(reader, this.#groups, this.#rules)
    const loaded = this.parameters.map((p, i) => readSlots(reader, i, p, this.slotNames))
    reader.finish()
    for (const [i, group] of this.#groups.entries()) this.checkTogether({ ...group, ...options[i] })
    this.parameters.forEach((p, i) => {
      this.#slotsOf(p).load(loaded[i].values, loaded[i].step)
    })
    this.#groups.forEach((group, i) => void Object.assign(group, options[i]))
  }

  /** The slots of a parameter that has taken a step: those that every one has, and those that depend on the options. */
  protected abstract readonly slotNames: SlotNames

  /**
   * Changes one parameter in place, by its gradient and what is remembered of it. Of a step that is compiled, this runs
   * once: what changes from step to step, as the learning rate does and `slots.step`, is to be read in the function that
   * `sgdStep`, `adamStep`, … ask for their options.
   */
  protected abstract update(
    parameter: Tensor,
    gradient: Tensor,
    slots: Slots,
    options: Readonly<Required<Options>>,
  ): void

  /** Refuses options that do not go together. */
  protected checkTogether(_options: Readonly<Required<Options>>): void {}

  /** @throws UnrollError when what a step was compiled for is not so any more. */
  protected checkUnchanged(what: string, compiled: boolean, now: boolean): void {
    if (compiled !== now)
      fail(
        this.constructor.name,
        `the step was compiled when ${what} was ${compiled}, and now it is ${now}: compile it again`,
      )
  }

  #slotsOf(parameter: Variable): Slots {
    return this.#slots.get(parameter) as Slots
  }

  #tensorsOf(parameter: Variable): [name: string, value: Tensor][] {
    const slots = this.#slotsOf(parameter)
    const tensors = slots.copies()
    const counted = this.slotNames.always.includes('step') && (tensors.length > 0 || slots.step > 0)
    return counted ? [['step', full([], slots.step, { dtype: 'int32' })], ...tensors] : tensors
  }
}

/** @param isSeen whether its elements can be looked at now */
function problemOf(gradient: Tensor, { shape }: Tensor, isSeen: boolean): string | undefined {
  if (!sameShape(gradient.shape, shape))
    return `${formatShape(shape)} has shape ${formatShape(gradient.shape)}`
  if (!isSeen) return undefined
  // The sum is in float64: only squares beyond that, of finite float64 values, make it worth a second look.
  if (Number.isFinite(sumOfSquares(gradient).item())) return undefined
  const bad = gradient.data.find((x) => !Number.isFinite(x))
  return bad === undefined ? undefined : `holds ${bad}; nothing was changed`
}
