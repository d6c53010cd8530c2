import { isFinite, min, stack, type Tensor } from '@unroll/tensor'
import { joined } from './joined.js'

/** 1 where every element of the tensors, of which there are some, is finite, else 0: a scalar. By elements, since squares overflow in float32. */
export function allFinite(tensors: readonly Tensor[]): Tensor {
  return min(stack(joined(tensors).map((x) => min(isFinite(x)))))
}
