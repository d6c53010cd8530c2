import type { Initializer } from './initializer.js'

/** Normal with mean 0. */
export function normal(std: number): Initializer {
  return (shape, rng, dtype) => rng.normal(shape, 0, std, { dtype })
}
