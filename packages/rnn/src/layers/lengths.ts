import { arange, fail, formatShape, kindOf, less, Tensor, tensor } from '@unroll/tensor'

/** How long each sequence of a batch is: B numbers, or an int32 tensor `[B]`. */
export type Lengths = Tensor | readonly number[]

/**
 * Lengths as a tensor.
 * @throws UnrollError when they are not B integers, or one is not from 1 to T.
 */
export function checkLengths(op: string, lengths: Lengths, B: number, T: number): Tensor {
  if (!(lengths instanceof Tensor)) {
    if (!Array.isArray(lengths)) fail(op, `wants lengths as a Tensor or an array, got ${kindOf(lengths)}`)
    const wrong = lengths.find((length) => !Number.isInteger(length))
    if (wrong !== undefined) fail(op, `wants lengths that are integers, got ${kindOf(wrong)}`)
    return checkLengths(op, tensor(lengths, { dtype: 'int32' }), B, T)
  }
  const { shape, dtype, data } = lengths
  if (shape.length !== 1 || shape[0] !== B || dtype !== 'int32')
    fail(op, `wants lengths [${B}] int32, one for each sequence, got ${formatShape(shape)} ${dtype}`)
  const b = data.findIndex((length) => length < 1 || length > T)
  if (b >= 0) fail(op, `wants lengths from 1 to ${T} (the steps there are), got ${data[b]} for sequence ${b}`)
  return lengths
}

/** Which of T steps belong to the sequences: bools `[B, T]`, true at t < length. */
export function stepsWithin(lengths: Tensor, T: number): Tensor {
  return less(arange(0, T, 1, { dtype: 'int32' }), lengths.unsqueeze(1))
}
