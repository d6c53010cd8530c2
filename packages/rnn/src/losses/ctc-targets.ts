import { Variable } from '@unroll/autograd'
import { fail, formatShape, kindOf, Tensor } from '@unroll/tensor'
import type { Lengths } from '../layers/lengths.js'
import type { CtcInput } from './ctc-input.js'

/** Labels of B sequences: int32 `[B, S]` (padded) or `[Σ lengths]` (one after another), or a list for each. */
export type CtcTargets = Variable | Tensor | readonly (readonly number[])[]

/**
 * The labels of each sequence, copied and checked.
 * @throws UnrollError when targets, their lengths and the input do not fit each other, or a label is out of range.
 */
export function readTargets(
  op: string,
  targets: CtcTargets,
  targetLengths: Lengths | undefined,
  { x, blank, batched }: CtcInput,
): Int32Array[] {
  const [B, , C] = x.shape
  const value = targets instanceof Variable ? targets.value : targets
  const labels =
    value instanceof Tensor
      ? fromTensor(op, value, targetLengths, B, batched)
      : fromLists(op, value, targetLengths, B)
  labels.forEach((target, b) => {
    for (const label of target) {
      if (label < 0 || label >= C)
        fail(op, `label ${label} of target ${b} is out of range (want 0 … ${C - 1})`)
      if (label === blank) fail(op, `target ${b} has the label ${label}, which is the blank`)
    }
  })
  return labels
}

function fromLists(
  op: string,
  lists: readonly (readonly number[])[],
  lengths: Lengths | undefined,
  B: number,
): Int32Array[] {
  if (!Array.isArray(lists) || lists.length !== B || !lists.every(Array.isArray))
    fail(
      op,
      `wants as targets a Tensor, or a list of labels for each of ${B} sequences, got ${Array.isArray(lists) ? `${lists.length} of ${kindOf(lists[0])}` : kindOf(lists)}`,
    )
  if (lengths !== undefined) fail(op, 'lists of labels have their own lengths: leave targetLengths out')
  return lists.map((list, b) => {
    const wrong = list.find((label: unknown) => !Number.isInteger(label))
    if (wrong !== undefined) fail(op, `target ${b} has a label that is no integer: ${kindOf(wrong)}`)
    return Int32Array.from(list)
  })
}

function fromTensor(
  op: string,
  targets: Tensor,
  given: Lengths | undefined,
  B: number,
  batched: boolean,
): Int32Array[] {
  const { shape, dtype, data } = targets
  const padded = shape.length === 2 || !batched
  if (
    dtype !== 'int32' ||
    (batched ? shape.length !== 1 && shape[0] !== B : shape.length !== 1) ||
    shape.length > 2
  )
    fail(
      op,
      `wants targets of int32, ${batched ? `[${B}, S], or [Σ targetLengths] one after another` : '[S]'}; got ${formatShape(shape)} ${dtype}`,
    )
  const S = shape[shape.length - 1]
  if (!padded && given === undefined)
    fail(op, `targets ${formatShape(shape)} one after another want targetLengths that say where each ends`)
  const lengths = given === undefined ? new Array<number>(B).fill(S) : readLengths(op, given, B, S)
  const total = lengths.reduce((sum, length) => sum + length, 0)
  if (!padded && total !== S)
    fail(
      op,
      `targets ${formatShape(shape)} one after another want targetLengths that add up to ${S}, not ${total}`,
    )
  let end = 0
  return lengths.map((length, b) => {
    const start = padded ? b * S : end
    end = start + length
    return Int32Array.from(data.subarray(start, end))
  })
}

/** As `checkLengths`, but a target may be empty. */
function readLengths(op: string, given: Lengths, B: number, most: number): number[] {
  if (!(given instanceof Tensor || Array.isArray(given)))
    fail(op, `wants targetLengths as a Tensor or an array, got ${kindOf(given)}`)
  if (given instanceof Tensor && given.dtype !== 'int32')
    fail(op, `wants targetLengths of dtype int32, got ${given.dtype}`)
  const lengths: number[] = [...(given instanceof Tensor ? given.data : given)]
  if (lengths.length !== B) fail(op, `wants targetLengths for ${B} sequences, got ${lengths.length}`)
  const b = lengths.findIndex((length) => !(Number.isInteger(length) && length >= 0 && length <= most))
  if (b >= 0)
    fail(
      op,
      `wants targetLengths from 0 to ${most} (the labels there are), got ${kindOf(lengths[b])} for sequence ${b}`,
    )
  return lengths
}
