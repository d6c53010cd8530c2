import { fail, kindOf, Tensor } from '@unroll/tensor'
import { checkLengths, type Lengths, stepsWithin } from '../layers/lengths.js'
import { checkSize } from '../modules/options.js'

/**
 * Which steps of a padded batch belong to its sequences: bools `[B, steps]`, true at t < length. The `mask` of a
 * loss over such a batch; of one with time first, its transpose.
 *
 * - lengths: B numbers, or an int32 tensor `[B]`
 * - steps: T, as the batch has it
 *
 * @throws UnrollError when a length is not from 1 to T.
 */
export function sequenceMask(lengths: Lengths, steps: number): Tensor {
  checkSize('sequenceMask', 'steps', steps)
  if (!(lengths instanceof Tensor || Array.isArray(lengths)))
    fail('sequenceMask', `wants lengths as a Tensor or an array, got ${kindOf(lengths)}`)
  const batch = lengths instanceof Tensor ? lengths.size : lengths.length
  return stepsWithin(checkLengths('sequenceMask', lengths, batch, steps), steps)
}
