/**
 * Data that know where they stand, as `Batches` do: `state` is plain data, and set to what it was, the next iteration
 * gives what was left then, and the random order is the same.
 */
export interface Positioned {
  state: unknown
}

export function isPositioned(data: unknown): data is Positioned {
  return typeof data === 'object' && data !== null && 'state' in data
}
