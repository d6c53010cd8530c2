import type { Tensor } from './tensor.js'

/** The values of a tensor, written as NumPy writes them. */
export function format(x: Tensor): string {
  return JSON.stringify(x.toArray())
}
