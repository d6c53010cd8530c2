import { Random, type Tensor } from '@unroll/tensor'

/** Random classes for logits whose classes lie along an axis. */
export function classesFor(logits: Tensor, axis: number, seed: number): Tensor {
  const along = axis < 0 ? axis + logits.rank : axis
  const shape = logits.shape.filter((_, a) => a !== along)
  return new Random(seed).uniform(shape, 0, logits.shape[along]).cast('int32')
}
