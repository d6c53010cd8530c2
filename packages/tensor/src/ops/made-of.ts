import type { Elements } from '../kernels/elements.js'
import type { Shape } from '../shape.js'
import { Tensor } from '../tensor.js'

/**
 * The result of an op. Where all operands follow from rules (a random mask that is divided by a number), so does what is
 * made of them, and goes with any device as they do.
 */
export function madeOf(operands: readonly Tensor[], elements: Elements, shape: Shape): Tensor {
  const y = Tensor.from(elements, shape)
  y.storage.isRule = operands.every(({ storage }) => storage.isRule)
  return y
}
