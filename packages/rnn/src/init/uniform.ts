import type { Initializer } from './initializer.js'

/** Uniform within ±bound. */
export function uniform(bound: number): Initializer {
  return (shape, rng, dtype) => rng.uniform(shape, -bound, bound, { dtype })
}
