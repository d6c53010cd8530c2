import { gather, mul, neg, permute, squeeze, type Variable } from '@unroll/autograd'
import {
  all,
  assertLater,
  checkElements,
  fail,
  formatShape,
  greaterEqual,
  indexSelect,
  kindOf,
  less,
  notEqual,
  type OptionNames,
  sameShape,
  Tensor,
  mul as times,
  unsqueeze,
  where,
} from '@unroll/tensor'
import { checkMask, totalOf } from './mask.js'
import { type LossOptions, lossOptions } from './reduction.js'
import { checkWeight, type LossWeight } from './weight.js'

/** What the losses over classes take. */
export interface ClassOptions extends LossOptions {
  /** The axis of the classes. Default: the last; 1 for PyTorch's layout `[B, C, T]`. */
  axis?: number
  /** How much each class weighs, `[C]`. The mean of losses of int classes is over the sum of their weights. Default: 1. */
  weight?: LossWeight
  /**
   * Int targets of this value do not count, as where a mask is false. Default: −100, as PyTorch's; but for targets on a
   * device, and in a step that is compiled, none, as it takes a pass more to leave out what may be there.
   */
  ignoreIndex?: number
}

export const classOptions: OptionNames<ClassOptions> = {
  ...lossOptions,
  axis: true,
  weight: true,
  ignoreIndex: true,
}

/** The classes `[…]` that are the targets, read with all that the options say of them. */
export interface ClassTargets {
  /** Int32, 0 … C − 1; 0 for those that do not count. */
  readonly classes: Tensor
  /** Bools: which count. Undefined: all. */
  readonly counts: Tensor | undefined
  /** The weight of each, that of its class. Undefined: 1. */
  readonly weights: Tensor | undefined
  /** The sum of the weights of those that count, on a device a scalar; undefined where it is the number of targets. */
  readonly total: number | Tensor | undefined
}

/** The variable with the axis of the classes moved to the end: `[…, C]`. */
export function classesLast(x: Variable, axis: number): Variable {
  if (axis === x.rank - 1) return x
  return permute(x, [...[...x.shape.keys()].filter((a) => a !== axis), axis])
}

/**
 * Reads the int targets `[…]` of logits or log-probabilities x `[…, C]`. Those that the mask leaves out may be any.
 * @throws UnrollError when another class is out of range, or an option does not fit.
 */
export function readClasses(op: string, x: Variable, target: Tensor, options: ClassOptions): ClassTargets {
  const { ignoreIndex, mask, weight } = options
  if (ignoreIndex !== undefined && !Number.isInteger(ignoreIndex))
    fail(op, `ignoreIndex is an integer, got ${kindOf(ignoreIndex)}`)
  const { shape, size } = target
  const given = checkMask(op, mask, shape)?.broadcastTo(shape)
  const C = x.shape[x.rank - 1]
  const { classes, counts, number } =
    target.device || given?.device
      ? countedOnDevice(op, target, given, C, ignoreIndex)
      : counted(op, target, given?.data, C, ignoreIndex)
  const perClass = checkClassWeights(op, weight, x)
  if (!perClass) return { classes, counts, weights: undefined, total: counts && number }
  const each = indexSelect(perClass, 0, classes.reshape([size])).reshape(shape)
  const weights = counts ? where(counts, each, 0) : each
  return { classes, counts, weights, total: totalOf(weights) }
}

/** Targets of which is known which count, and how many. */
type Counted = Pick<ClassTargets, 'classes' | 'counts'> & { readonly number: number | Tensor }

function counted(
  op: string,
  target: Tensor,
  given: Tensor['data'] | undefined,
  C: number,
  ignoreIndex = -100,
): Counted {
  const { shape, size, data } = target
  const counting = new Uint8Array(size)
  let number = 0
  for (let i = 0; i < size; i++) {
    if (data[i] === ignoreIndex || given?.[i] === 0) continue
    if (data[i] < 0 || data[i] >= C)
      fail(op, `class ${data[i]} is out of range (want 0 … ${C - 1}, or ${ignoreIndex} to ignore it)`)
    counting[i] = 1
    number++
  }
  const counts = number < size ? Tensor.from(counting, shape) : undefined
  return { classes: counts ? where(counts, target, 0) : target, counts, number }
}

/** The same where the host does not see the targets: which count is worked out there, if some may not. */
function countedOnDevice(
  op: string,
  target: Tensor,
  mask: Tensor | undefined,
  C: number,
  ignoreIndex: number | undefined,
): Counted {
  const wants = `want 0 … ${C - 1}`
  if (ignoreIndex === undefined && !mask) {
    checkElements(target, (data) => {
      const wrong = data.find((c) => c < 0 || c >= C)
      if (wrong !== undefined)
        fail(
          op,
          `class ${wrong} is out of range (${wants}; on a device, say ignoreIndex: ${wrong} to ignore it)`,
        )
    })
    return { classes: target, counts: undefined, number: target.size }
  }
  const named = ignoreIndex === undefined ? undefined : notEqual(target, ignoreIndex)
  const counts = named && mask ? where(mask, named, mask) : (named ?? (mask as Tensor))
  const classes = where(counts, target, 0)
  assertLater(
    all(times(greaterEqual(classes, 0), less(classes, C))),
    () => `${op}: a class is out of range (${wants})`,
  )
  return { classes, counts, number: totalOf(counts) }
}

/** The weights of the classes of x `[…, C]`. @throws UnrollError when they are not C floats. */
export function checkClassWeights(
  op: string,
  weight: LossWeight | undefined,
  x: Variable,
): Tensor | undefined {
  const value = checkWeight(op, 'weight', weight, x)
  const shape = x.shape.slice(-1)
  if (value && !sameShape(value.shape, shape))
    fail(op, `weight is ${formatShape(shape)}, one for each class, got ${formatShape(value.shape)}`)
  return value
}

/** −w[y] log p[y] of log-probabilities `[…, C]` and classes y `[…]` */
export function classLossesOf(logProbabilities: Variable, { classes, weights }: ClassTargets): Variable {
  const losses = neg(squeeze(gather(logProbabilities, -1, unsqueeze(classes, -1)), -1))
  return weights ? mul(weights, losses) : losses
}
