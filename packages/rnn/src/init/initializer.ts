import type { DType, Random, Shape, Tensor } from '@unroll/tensor'

/** Draws the initial values of a weight `[fanOut, fanIn]` (or of a bias). */
export type Initializer = (shape: Shape, rng: Random, dtype?: DType) => Tensor
