import { Random, type Shape, type Tensor } from '@unroll/tensor'

/** Random classes for logits whose classes lie along an axis. */
export function classesFor(logits: Tensor, axis: number, seed: number): Tensor {
  const along = axis < 0 ? axis + logits.rank : axis
  const shape = logits.shape.filter((_, a) => a !== along)
  return new Random(seed).uniform(shape, 0, logits.shape[along]).cast('int32')
}

/** A random mask for losses of this shape or of its leading axes, by which the first counts; or none. */
export function maskFor(shape: Shape, rng: Random): Tensor | undefined {
  if (rng.next() < 0.4) return undefined
  const mask = rng.bernoulli(shape.slice(0, rng.integer(shape.length + 1)), 0.6).cast('bool')
  mask.reshape([mask.size]).set([0], 1)
  return mask
}
