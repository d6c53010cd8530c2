import { Variable } from '@unroll/autograd'
import { fail, formatShape, kindOf, sameShape, sizeOf, Tensor } from '@unroll/tensor'
import { checkLengths } from '../../layers/lengths.js'
import type { Seen } from './metric.js'

/** The tensor of what a metric is given. */
export function tensorOf(op: string, what: string, x: Variable | Tensor): Tensor {
  if (x instanceof Variable) return x.value
  if (x instanceof Tensor) return x
  return fail(op, `wants ${what} as a Variable or a Tensor, got ${kindOf(x)}`)
}

/** Of the elements of a target, in row-major order, whether each counts; all do unless a mask or lengths say otherwise. */
export function countedIn(op: string, target: Tensor, { mask, lengths }: Seen): (i: number) => boolean {
  const inMask = mask === undefined ? undefined : maskOver(op, target, tensorOf(op, 'the mask', mask))
  const inLength = lengths === undefined ? undefined : within(op, target, lengths)
  return (i) => (inMask?.(i) ?? true) && (inLength?.(i) ?? true)
}

function maskOver(op: string, { shape }: Tensor, mask: Tensor): (i: number) => boolean {
  if (!sameShape(mask.shape, shape.slice(0, mask.rank)))
    fail(
      op,
      `wants a mask of the shape ${formatShape(shape)}, or of its first axes, got ${formatShape(mask.shape)}`,
    )
  const { data } = mask
  if (!data.every((value) => value === 0 || value === 1))
    fail(op, 'wants a mask of bools, or of 0 and 1: it says which targets count, not how much')
  const inner = sizeOf(shape.slice(mask.rank))
  return (i) => data[Math.floor(i / inner)] === 1
}

function within(op: string, { shape }: Tensor, given: NonNullable<Seen['lengths']>): (i: number) => boolean {
  if (shape.length < 2) fail(op, `lengths want a target [B, T, …], got ${formatShape(shape)}`)
  const [B, T] = shape
  const lengths = checkLengths(op, given, B, T).data
  const inner = sizeOf(shape.slice(2))
  return (i) => {
    const step = Math.floor(i / inner)
    return step % T < lengths[Math.floor(step / T)]
  }
}
