import type { TypedArray } from '../dtype.js'
import type { Shape } from '../shape.js'
import type { Elements } from './elements.js'

/**
 * A tensor as a kernel sees it: flat data, and the way to walk it. Strides may be 0 (a broadcast
 * axis) or negative (a flipped one): a kernel never asks for a copy first.
 */
export interface Strided {
  readonly storage: Stored
  readonly shape: Shape
  readonly strides: readonly number[]
  readonly offset: number
}

export interface Stored {
  /** The elements on the host; reading it is an error when they are not there. */
  readonly data: TypedArray
  /** The elements wherever they are; left out, `data`. Device kernels change in place by putting others here. */
  elements?: Elements
  /** All that is in it, where that is a plain number: for kernels that take numbers too. */
  readonly number?: number
}
