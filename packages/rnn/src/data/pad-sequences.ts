import { checkNames, type DType, fail, full, kindOf, type OptionNames, Tensor } from '@unroll/tensor'
import { checkSize } from '../modules/options.js'
import { checkSequences, type Sequence } from './sequence.js'

export interface PadOptions {
  /** What stands after the end of a sequence. Default: 0. */
  value?: number
  /** The steps to pad to, T. Default: those of the longest sequence. */
  length?: number
  /** Which end of a sequence longer than `length` to keep. Default: such a sequence is refused. */
  keep?: 'start' | 'end'
}

const padOptions: OptionNames<PadOptions> = { value: true, length: true, keep: true }

/**
 * Sequences of different lengths as one batch, padded at their ends, with the lengths that the layers want.
 *
 *     padSequences([[3, 1, 2], [4]])   values [[3, 1, 2], [4, 0, 0]], lengths [3, 1]
 *
 * - list: B sequences of indices, or of vectors
 * - values: int32 `[B, T]`, or float `[B, T, F]`; lengths: int32 `[B]`
 *
 * @throws UnrollError when there is no sequence, one is empty, longer than `length` or holds NaN, or their features differ.
 */
export function padSequences(
  list: readonly Sequence[],
  options: PadOptions = {},
): { values: Tensor; lengths: Tensor } {
  checkNames('padSequences', options, padOptions)
  const { value = 0, length, keep } = options
  const sequences = checkSequences('padSequences', list)
  if (keep !== undefined && keep !== 'start' && keep !== 'end')
    fail('padSequences', `keep is start or end, got ${String(keep)}`)
  checkPadding('padSequences', value, sequences[0].dtype)
  if (length === undefined) return pad(sequences, value)
  checkSize('padSequences', 'length', length)
  const cut = sequences.map((x, i) => {
    const [T] = x.shape
    if (T <= length) return x
    if (!keep)
      fail(
        'padSequences',
        `sequence ${i} has ${T} steps, more than length ${length}; keep: 'start' or 'end' cuts it`,
      )
    return keep === 'start' ? x.slice([0, length]) : x.slice([T - length, T])
  })
  return pad(cut, value, length)
}

/** Checks what is to stand after the ends of sequences. */
export function checkPadding(op: string, value: number, dtype: DType): number {
  if (!Number.isFinite(value) || (dtype === 'int32' && value !== (value | 0)))
    fail(op, `value, the padding, is a number that ${dtype} holds, got ${kindOf(value)}`)
  return value
}

/** Sequences `[T, …]` that differ in T only, as `[B, T, …]`. */
export function pad(
  sequences: readonly Tensor[],
  value: number,
  steps?: number,
): { values: Tensor; lengths: Tensor } {
  const lengths = Int32Array.from(sequences, ({ shape }) => shape[0])
  const [{ shape, dtype }] = sequences
  const T = steps ?? lengths.reduce((most, length) => Math.max(most, length))
  const values = full([sequences.length, T, ...shape.slice(1)], value, { dtype })
  const { data } = values
  const stride = data.length / sequences.length
  sequences.forEach((x, b) => data.set(x.data, b * stride))
  return { values, lengths: Tensor.from(lengths, [lengths.length]) }
}
