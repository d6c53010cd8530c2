import { arange, checkElements, fail, formatShape, kindOf, less, Tensor, tensor } from '@unroll/tensor'

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
    // Numbers are nobody's data: like a rule, they go with any device.
    const { data, shape } = tensor(lengths, { dtype: 'int32' })
    return checkLengths(op, Tensor.fromRule(data, shape), B, T)
  }
  const { shape, dtype } = lengths
  if (shape.length !== 1 || shape[0] !== B || dtype !== 'int32')
    fail(op, `wants lengths [${B}] int32, one for each sequence, got ${formatShape(shape)} ${dtype}`)
  checkElements(lengths, (data) => {
    const b = data.findIndex((length) => length < 1 || length > T)
    if (b >= 0)
      fail(op, `wants lengths from 1 to ${T} (the steps there are), got ${data[b]} for sequence ${b}`)
  })
  return lengths
}

/** Which of T steps belong to the sequences: bools `[B, T]`, true at t < length. */
export function stepsWithin(lengths: Tensor, T: number): Tensor {
  return less(arange(0, T, 1, { dtype: 'int32' }), lengths.unsqueeze(1))
}
