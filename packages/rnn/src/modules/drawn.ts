import {
  cast,
  type DType,
  fail,
  formatShape,
  kindOf,
  type Random,
  type Shape,
  sameShape,
  Tensor,
} from '@unroll/tensor'
import type { Initializer } from '../init/initializer.js'

/** What an initializer draws, checked: it may be anyone's. @throws UnrollError when it is no function, or draws another shape. */
export function drawn(
  op: string,
  init: Initializer,
  shape: Shape,
  { rng, dtype }: { rng: Random; dtype: DType },
): Tensor {
  if (typeof init !== 'function') fail(op, `wants a function that draws, got ${kindOf(init)}`)
  const weight = init(shape, rng, dtype)
  if (!(weight instanceof Tensor) || !sameShape(weight.shape, shape))
    fail(
      op,
      `wants an initial block ${formatShape(shape)}, got ${weight instanceof Tensor ? formatShape(weight.shape) : kindOf(weight)}`,
    )
  return cast(weight, dtype)
}
