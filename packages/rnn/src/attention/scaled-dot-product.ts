import { matmul, mul, transpose, type Variable, where } from '@unroll/autograd'
import {
  arange,
  broadcastShapes,
  checkNames,
  fail,
  formatShape,
  lessEqual,
  type OptionNames,
  Random,
  type Tensor,
} from '@unroll/tensor'
import type { Lengths } from '../layers/lengths.js'
import { dropout } from '../modules/dropout.js'
import { asVariable } from '../modules/input.js'
import { checkFinite, checkFlag, checkProbability } from '../modules/options.js'
import { checkMask, keysWithin, type Mask, maskedSoftmax, within } from './mask.js'

export interface AttendOptions {
  /** What may be attended to: bools (true = may be), or floats that are added to the scores. */
  mask?: Mask
  /** Let query t attend to the keys 0 … t alone. With a mask: to what both allow. Default: false. */
  causal?: boolean
  /**
   * How many keys each item of the batch has, from 1 to S: N numbers, or an int32 tensor `[N]`. What stands beyond is
   * not looked at. Default: all have S.
   */
  lengths?: Lengths
}

export interface ScaledDotProductOptions extends AttendOptions {
  /** Dropout on the weights, when the values are summed. Default: 0. */
  dropout?: number
  /** What dropout draws from. */
  rng?: Random
  /** Of the scores. Default: 1/√D. */
  scale?: number
}

export const attendOptions: OptionNames<AttendOptions> = { mask: true, causal: true, lengths: true }

const scaledOptions: OptionNames<ScaledDotProductOptions> = {
  ...attendOptions,
  dropout: true,
  rng: true,
  scale: true,
}

/**
 * Scaled dot-product attention (Vaswani et al. 2017, eq. 1): each query takes a mean of the values, weighted by
 * how well their keys match it,
 *
 *     A = softmax(Q Kᵀ / √D),   output = A V
 *
 * - query `[…, T, D]`, key `[…, S, D]`, value `[…, S, E]`; the leading axes broadcast; `lengths` are those of
 *   the first
 * - mask: broadcasts to `[…, T, S]`
 * - output `[…, T, E]`, weights A `[…, T, S]` (as they are before dropout)
 *
 * What is masked has weight 0 and gradient 0, exactly. A query with nothing to attend to gets zeros (in PyTorch NaN).
 * @throws UnrollError when the shapes do not fit, or an option is not what it should be.
 */
export function scaledDotProduct(
  query: Variable | Tensor,
  key: Variable | Tensor,
  value: Variable | Tensor,
  options: ScaledDotProductOptions = {},
): [output: Variable, weights: Variable] {
  const op = 'scaledDotProduct'
  checkNames(op, options, scaledOptions)
  const given = [query, key, value].map((x) => asVariable(op, x))
  const [q, k, v] = given
  const [D, S] = [k.shape.at(-1), k.shape.at(-2)]
  if (given.some((x) => x.rank < 2) || q.shape.at(-1) !== D || v.shape.at(-2) !== S)
    fail(
      op,
      `wants query […, T, D], key […, S, D] and value […, S, E], got ${given.map((x) => formatShape(x.shape)).join(', ')}`,
    )
  const { causal = false, lengths, dropout: p = 0, rng, scale = 1 / Math.sqrt(D as number) } = options
  checkProbability(op, p)
  if (options.scale !== undefined) checkFinite(op, 'scale', options.scale)
  if (p > 0 && !(rng instanceof Random)) fail(op, 'wants { rng }, the generator that draws what is dropped')

  const lead = broadcastShapes(op, q.shape.slice(0, -2), k.shape.slice(0, -2))
  const scores = [...lead, q.shape.at(-2) as number, S as number]
  let mask = options.mask === undefined ? undefined : checkMask(op, options.mask, scores)
  if (checkFlag(op, 'causal', causal)) mask = within(causalMask(scores), mask)
  const exists = lengths === undefined ? undefined : columnOf(lengths, k)
  if (exists) mask = within(transpose(exists).value, mask)

  // What stands beyond the ends, NaN even, must not meet a weight or a gradient of 0.
  const [keys, values] = exists ? [where(exists, k, 0), where(exists, v, 0)] : [k, v]
  const weights = maskedSoftmax(matmul(mul(q, scale), transpose(keys)), mask)
  return [matmul(p > 0 ? dropout(weights, p, rng as Random) : weights, values), weights]
}

/** Bools `[T, S]`, for scores `[…, T, S]`: s ≤ t */
function causalMask(scores: readonly number[]): Tensor {
  const [t, s] = scores.slice(-2).map((length) => arange(0, length, 1, { dtype: 'int32' }))
  return lessEqual(s, t.unsqueeze(1))
}

/** Which of the keys `[N, …, S, D]` there are: bools `[N, …, S, 1]` */
function columnOf(lengths: Lengths, { shape }: Variable): Tensor {
  const op = 'scaledDotProduct'
  if (shape.length < 3)
    fail(op, `lengths are those of a batch: they want keys [N, …, S, D], got ${formatShape(shape)}`)
  const [N, S] = [shape[0], shape[shape.length - 2]]
  return keysWithin(op, lengths, N, S).reshape([N, ...shape.slice(1, -2).map(() => 1), S, 1])
}
