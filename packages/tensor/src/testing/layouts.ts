import fc from 'fast-check'
import { allocate, type DType } from '../dtype.js'
import { Tensor } from '../methods.js'
import type { Shape } from '../shape.js'
import { Storage } from '../storage.js'

/** How the elements of a tensor lie in its storage. */
export interface Layout {
  /** The axes, from the one that runs fastest. */
  order: readonly number[]
  axes: readonly AxisLayout[]
}

interface AxisLayout {
  /** From one index to the next: 1, or more with gaps between, or negative. */
  step: number
  /** Room in the storage before the first index and after the last. */
  before: number
  after: number
  /** All indices are in one place. */
  expanded: boolean
}

/** Layouts for tensors of a shape: the contiguous one as often as all others together. */
export function layouts(shape: Shape, expanded: boolean): fc.Arbitrary<Layout> {
  const order = shape.map((_, axis) => axis).reverse()
  const contiguous = { order, axes: shape.map(() => ({ step: 1, before: 0, after: 0, expanded: false })) }
  const axis = fc.record({
    step: fc.constantFrom(1, 1, 2, 3, -1, -2),
    before: fc.nat(2),
    after: fc.nat(2),
    expanded: expanded ? fc.constantFrom(false, false, false, true) : fc.constant(false),
  })
  const odd = fc.record({
    order: fc.shuffledSubarray(order, { minLength: shape.length }),
    axes: fc.tuple(...shape.map(() => axis)),
  })
  return fc.oneof({ withCrossShrink: true }, fc.constant(contiguous), odd)
}

/** A tensor of `values` (row-major) in a storage of its own; along an expanded axis, the last one is all of them. */
export function layOut(shape: Shape, dtype: DType, values: readonly number[], layout: Layout): Tensor {
  const { order, axes } = layout
  // How far it is from the first index of an axis to the last, in the storage.
  const reach = shape.map((length, a) =>
    axes[a].expanded ? 0 : Math.max(0, length - 1) * Math.abs(axes[a].step),
  )
  const units: number[] = []
  let room = 1
  for (const a of order) {
    units[a] = room
    room *= axes[a].before + reach[a] + 1 + axes[a].after
  }
  const start = axes.map(({ before, step }, a) => before + (step < 0 ? reach[a] : 0))
  const offset = start.reduce((total, n, a) => total + n * units[a], 0)
  const strides = axes.map(({ step, expanded }, a) => (expanded ? 0 : step * units[a]))
  const data = allocate(dtype, room).fill(unused[dtype])
  values.forEach((value, i) => {
    data[offset + distance(i, shape, strides)] = value
  })
  return new Tensor(new Storage(data), shape, strides, offset)
}

/** What stands between the elements of a view: a kernel that reads it by mistake should be found out. */
const unused = { bool: 1, int32: -12345678, float32: Number.NaN, float64: Number.NaN }

/** From the first element to the i-th in row-major order, in the storage. */
function distance(i: number, shape: Shape, strides: readonly number[]): number {
  let rest = i
  let total = 0
  for (let a = shape.length - 1; a >= 0; a--) {
    total += (rest % shape[a]) * strides[a]
    rest = Math.floor(rest / shape[a])
  }
  return total
}
