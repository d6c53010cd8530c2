import { fail, formatShape, isFloat, kindOf, sameShape, Tensor, tensor } from '@unroll/tensor'
import { checkFiniteElements } from './finite.js'

/** One sequence: indices (as an array, an Int32Array or a tensor `[T]`), or vectors (an array of arrays, or a tensor `[T, F]`). */
export type Sequence = readonly number[] | Int32Array | readonly (readonly number[])[] | Tensor

/**
 * Sequences as tensors `[T, …]` of one dtype that differ in T only.
 * @throws UnrollError that names the first that is empty, of other features or dtype, or holds what is no finite number.
 */
export function checkSequences(op: string, list: readonly Sequence[]): Tensor[] {
  if (!Array.isArray(list)) fail(op, `wants an array of sequences, got ${kindOf(list)}`)
  if (list.length === 0) fail(op, 'wants at least one sequence, got none')
  const tensors = list.map((sequence, i) => asTensor(op, sequence, `sequence ${i}`))
  const [first] = tensors
  tensors.forEach(({ shape, dtype }, i) => {
    if (dtype !== first.dtype || !sameShape(shape.slice(1), first.shape.slice(1)))
      fail(
        op,
        `wants sequences that differ in length only; sequence 0 is ${first.dtype} ${formatShape(first.shape)}, sequence ${i} ${dtype} ${formatShape(shape)}`,
      )
  })
  return tensors
}

function asTensor(op: string, sequence: Sequence, name: string): Tensor {
  const x = sequence instanceof Tensor ? sequence : fromArray(op, sequence, name)
  if (x.rank === 0) fail(op, `${name} is a scalar: it has no steps`)
  if (x.shape[0] === 0) fail(op, `${name} is empty: a sequence has at least one step`)
  checkFiniteElements(op, name, x)
  return isFloat(x.dtype) || x.dtype === 'int32'
    ? x
    : fail(op, `${name} is of dtype ${x.dtype}, want numbers`)
}

function fromArray(op: string, sequence: Exclude<Sequence, Tensor>, name: string): Tensor {
  if (sequence instanceof Int32Array) return tensor(sequence)
  if (!Array.isArray(sequence))
    fail(op, `wants ${name} as a Tensor, an array of indices or an array of vectors, got ${kindOf(sequence)}`)
  if (Array.isArray(sequence[0])) return fromVectors(op, sequence, name)
  const t = sequence.findIndex((index) => index !== (index | 0))
  if (t >= 0)
    fail(
      op,
      `${name} has ${kindOf(sequence[t])} at step ${t}, want an index (int32); steps of one feature are arrays of one number, [0.5]`,
    )
  return tensor(sequence, { dtype: 'int32' })
}

function fromVectors(op: string, sequence: readonly (readonly number[])[], name: string): Tensor {
  const F = sequence[0].length
  sequence.forEach((step, t) => {
    if (!Array.isArray(step) || step.length !== F)
      fail(
        op,
        `${name} has ${Array.isArray(step) ? `${step.length} features` : kindOf(step)} at step ${t}, but ${F} features at step 0`,
      )
    const wrong = step.find((feature) => typeof feature !== 'number')
    if (wrong !== undefined) fail(op, `${name} has ${kindOf(wrong)} at step ${t}, want a number`)
  })
  return tensor(sequence)
}
