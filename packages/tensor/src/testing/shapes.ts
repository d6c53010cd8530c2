import fc from 'fast-check'
import type { Axes } from '../ops/reduce.js'
import type { SliceSpec } from '../ops/slice.js'
import type { Shape } from '../shape.js'

export interface ShapeOptions {
  /** The fewest axes. Default: 0. */
  minRank?: number
  /** The most axes. Default: 4. */
  maxRank?: number
  /** The shortest axis. Default: 1; with 0, some tensors are empty. */
  minLength?: number
  /** The longest axis. Default: 4. */
  maxLength?: number
}

/** Shapes, from that of a scalar (`[]`) to `[4, 4, 4, 4]` unless the options say otherwise. */
export function shapes(options: ShapeOptions = {}): fc.Arbitrary<Shape> {
  const { minRank = 0, maxRank = 4, minLength = 1, maxLength = 4 } = options
  return fc.array(fc.integer({ min: minLength, max: maxLength }), { minLength: minRank, maxLength: maxRank })
}

/**
 * Lists of `count` shapes that broadcast together: one shape, of which each has some leading axes
 * missing and some others cut to length 1. The options bound that one shape.
 */
export function broadcastableShapes(count: number, options: ShapeOptions = {}): fc.Arbitrary<Shape[]> {
  return shapes(options).chain((whole) => {
    const part = fc
      .tuple(fc.nat(whole.length), fc.tuple(...whole.map(() => fc.boolean())))
      .map(([missing, cut]) => whole.map((length, axis) => (cut[axis] ? 1 : length)).slice(missing))
    return fc.array(part, { minLength: count, maxLength: count })
  })
}

/** An axis of a tensor of this shape, counted from the start or (negative) from the end. The rank must not be 0. */
export function axisOf(shape: Shape): fc.Arbitrary<number> {
  return fc.integer({ min: -shape.length, max: shape.length - 1 })
}

/** What a reduction over a tensor of this shape may be given: nothing (all axes), one axis, or several. */
export function axesOf(shape: Shape): fc.Arbitrary<Axes> {
  const rank = shape.length
  if (rank === 0) return fc.constantFrom(undefined, [])
  const several = fc
    .tuple(
      fc.shuffledSubarray(
        shape.map((_, axis) => axis),
        { minLength: 1 },
      ),
      fc.tuple(...shape.map(() => fc.boolean())),
    )
    .map(([axes, fromEnd]) => axes.map((axis) => (fromEnd[axis] ? axis - rank : axis)))
  return fc.oneof(fc.constant(undefined), axisOf(shape), several)
}

/** An index of one element, a number an axis, some counted from the end. No axis may have length 0. */
export function positionsIn(shape: Shape): fc.Arbitrary<number[]> {
  return fc.tuple(...shape.map((length) => fc.integer({ min: -length, max: length - 1 })))
}

/** Specs for `slice`, for some of the first axes: single indices, ranges (also beyond the ends, also backwards), or all. */
export function sliceSpecsOf(shape: Shape): fc.Arbitrary<SliceSpec[]> {
  const spec = (length: number): fc.Arbitrary<SliceSpec> => {
    const bound = fc.option(fc.integer({ min: -length - 2, max: length + 2 }))
    const range = fc.tuple(bound, bound, fc.option(fc.constantFrom(1, 2, 3, -1, -2, -3)))
    const index = length === 0 ? [] : [fc.integer({ min: -length, max: length - 1 })]
    return fc.oneof(fc.constant(null), range, ...index)
  }
  return fc
    .tuple(fc.nat(shape.length), fc.tuple(...shape.map(spec)))
    .map(([left, specs]) => specs.slice(0, specs.length - left))
}
