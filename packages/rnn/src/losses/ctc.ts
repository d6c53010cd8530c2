import { div, fused, squeeze, type Variable, where } from '@unroll/autograd'
import {
  bytesOf,
  checkNames,
  equal,
  type OptionNames,
  type Tensor,
  tensor,
  unsqueeze,
  zeros,
} from '@unroll/tensor'
import type { Lengths } from '../layers/lengths.js'
import { checkFlag } from '../modules/options.js'
import { composedCtc } from './ctc-composed.js'
import { type CtcInputOptions, ctcInputOptions, readLogProbs } from './ctc-input.js'
import { forwardBackward } from './ctc-lattice.js'
import { type CtcTargets, readTargets } from './ctc-targets.js'
import { type Reduction, reduce } from './reduction.js'

export interface CtcOptions extends CtcInputOptions {
  /** Default: mean. */
  reduction?: Reduction
  /**
   * How many labels each target has, from 0: B numbers, or an int32 tensor `[B]`. Concatenated targets need it; of
   * padded ones it says what is padding (default: nothing); lists have theirs.
   */
  targetLengths?: Lengths
  /** Let a loss that is infinite be 0, and so its gradient? Default: false. */
  zeroInfinity?: boolean
}

const ctcOptions: OptionNames<CtcOptions> = {
  ...ctcInputOptions,
  reduction: true,
  targetLengths: true,
  zeroInfinity: true,
}

/**
 * Connectionist temporal classification (Graves, Fernández, Gomez & Schmidhuber 2006): −log p(target | input), where it
 * is not known at which steps the labels of the target stand. A path says a class at every step, one of them being
 * the blank; it stands for the labels that are left when repeats are merged and then blanks dropped. p(target) is the
 * sum over all paths that stand for it:
 *
 *     p(l | x) = Σ_{π : B(π) = l} Π_t y_t(π_t)
 *
 * The paths are summed by dynamic programming over time, in O(T · |l|), and on a logarithmic scale.
 *
 * - logProbs `[B, T, C]`: log-probabilities, as `logSoftmax` gives them (`[T, B, C]`, PyTorch's layout, with
 *   `batchFirst: false`; `[T, C]` for one sequence without a batch)
 * - targets: labels, none the blank. int32 `[B, S]`, padded with anything; or int32 `[Σ targetLengths]`, one target
 *   after another; or B lists of numbers. Without a batch int32 `[S]`, or one list in a list
 * - result: a scalar; with `reduction: 'none'` `[B]` (a scalar without a batch)
 *
 * The mean is PyTorch's: each loss is divided by the number of its labels (at least 1), and these are averaged.
 *
 * Where the input is too short for its target (it takes a step for each label, and one more between equal labels), no
 * path stands for it: p is 0, the loss is Infinity (or 0 with `zeroInfinity`), and the gradient is 0, as nothing could make it
 * smaller. The gradient is that by the log-probabilities themselves, −p(π_t = k | l, x), which
 * `logSoftmax` turns into Graves's softmax − p(π_t = k | l, x) by its input. (PyTorch's `ctc_loss` has the latter as
 * "gradient by the log-probabilities" already; by what is before `log_softmax` the two are equal.)
 *
 * @throws UnrollError when logProbs are not log-probabilities of such a shape, a length or label is out of range,
 * lengths and targets do not fit each other, or a label is the blank.
 */
export function ctc(logProbs: Variable | Tensor, targets: CtcTargets, options: CtcOptions = {}): Variable {
  checkNames('ctc', options, ctcOptions)
  const input = readLogProbs('ctc', logProbs, options)
  const labels = readTargets('ctc', targets, options.targetLengths, input)
  const { zeroInfinity = false, reduction = 'mean' } = options
  checkFlag('ctc', 'zeroInfinity', zeroInfinity)

  const { x, inputLengths, blank, batched } = input
  const [all] = fused(
    'ctc',
    [x],
    ([wanted]) => lossesOf(x.value, labels, inputLengths, blank, wanted),
    (x) => [composedCtc(x, labels, inputLengths, blank)],
  )
  const finite = zeroInfinity ? where(equal(all.value, Infinity), 0, all) : all
  const losses = reduction === 'mean' ? div(finite, countsOf(labels, x)) : finite
  return reduce('ctc', batched ? losses : squeeze(losses, 0), reduction)
}

/** The losses `[B]`, and what their gradients by x are, in one pass. */
function lossesOf(
  x: Tensor,
  labels: readonly Int32Array[],
  inputLengths: Int32Array,
  blank: number,
  wanted: boolean,
) {
  const [B, T, C] = x.shape
  const { data } = x
  const losses = zeros([B], { dtype: x.dtype })
  const gradient = wanted ? zeros(x.shape, { dtype: x.dtype }) : undefined
  for (let b = 0; b < B; b++) {
    const [from, to] = [b * T * C, (b * T + inputLengths[b]) * C]
    const dy = gradient?.storage.data.subarray(from, to)
    losses.storage.data[b] = -forwardBackward(data.subarray(from, to), C, labels[b], blank, dy)
  }
  return {
    outputs: [losses],
    backward: ([dy]: readonly (Tensor | undefined)[]) => [
      gradient && dy && gradient.mul(unsqueeze(unsqueeze(dy, 1), 2)),
    ],
    held: gradient && { bytes: gradient.size * bytesOf(gradient.dtype) },
  }
}

function countsOf(labels: readonly Int32Array[], { dtype }: Variable): Tensor {
  return tensor(
    labels.map(({ length }) => Math.max(1, length)),
    { dtype },
  )
}
