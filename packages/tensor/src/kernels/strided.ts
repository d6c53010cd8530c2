import type { TypedArray } from '../dtype.js'
import type { Shape } from '../shape.js'

/**
 * A tensor as a kernel sees it: flat data, and the way to walk it. Strides may be 0 (a broadcast
 * axis) or negative (a flipped one): a kernel never asks for a copy first.
 */
export interface Strided {
  readonly storage: { readonly data: TypedArray }
  readonly shape: Shape
  readonly strides: readonly number[]
  readonly offset: number
}
