import { fail, isFloat, type Tensor } from '@unroll/tensor'

/** @throws UnrollError that says where NaN or Infinity stands first. */
export function checkFiniteElements(op: string, what: string, x: Tensor): void {
  if (!isFloat(x.dtype)) return
  const { data, shape } = x
  for (let i = 0; i < data.length; i++)
    if (!Number.isFinite(data[i]))
      fail(op, `wants finite numbers, got ${data[i]} in ${what} at [${positionOf(i, shape).join(', ')}]`)
}

/** Where the i-th element in row-major order stands. */
function positionOf(i: number, shape: readonly number[]): number[] {
  let rest = i
  return shape
    .toReversed()
    .map((length) => {
      const at = rest % length
      rest = (rest - at) / length
      return at
    })
    .reverse()
}
