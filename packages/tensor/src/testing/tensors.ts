import fc from 'fast-check'
import type { DType } from '../dtype.js'
import type { Tensor } from '../methods.js'
import { formatShape, type Shape, sizeOf } from '../shape.js'
import { type ElementOptions, elements } from './elements.js'
import { layOut, layouts } from './layouts.js'
import { broadcastableShapes, type ShapeOptions, shapes } from './shapes.js'

export interface TensorsOptions extends ShapeOptions, ElementOptions {
  /** The shape, where it is to be one in particular; the other options of a shape are then left aside. */
  shape?: Shape
  /** The dtype, or several to choose from. Default: float32. */
  dtype?: DType | readonly DType[]
  /**
   * May elements share their place, as those of an expanded tensor do? Default: yes. Such a tensor
   * is for reading: it cannot be changed in place.
   */
  expanded?: boolean
}

/**
 * Tensors: half of them contiguous, half of them views: permuted, flipped, sliced with steps out of
 * larger ones (whose other elements are NaN, where there is one), expanded, and all of these at once.
 *
 * Floats are multiples of 1/1024, so that float32 holds them exactly and counterexamples are short.
 * Counterexamples show shape, strides and values.
 */
export function tensors(options: TensorsOptions = {}): fc.Arbitrary<Tensor> {
  const { shape, dtype = 'float32' } = options
  return fc
    .tuple(
      shape ? fc.constant(shape) : shapes(options),
      typeof dtype === 'string' ? fc.constant(dtype) : fc.constantFrom(...dtype),
    )
    .chain(([s, d]) => tensorsOf(s, d, options))
}

/** Lists of `count` tensors whose shapes broadcast together; with several dtypes, each has its own. */
export function tensorsThatBroadcast(count: number, options: TensorsOptions = {}): fc.Arbitrary<Tensor[]> {
  return broadcastableShapes(count, options).chain((list) =>
    fc.tuple(...list.map((shape) => tensors({ ...options, shape }))),
  )
}

/** Int32 tensors of indices into an axis of this length: 0 … length − 1. */
export function indices(
  length: number,
  options: Omit<TensorsOptions, 'dtype' | keyof ElementOptions> = {},
): fc.Arbitrary<Tensor> {
  return tensors({ ...options, dtype: 'int32', min: 0, max: length - 1 })
}

function tensorsOf(shape: Shape, dtype: DType, options: TensorsOptions): fc.Arbitrary<Tensor> {
  const { expanded = true, distinct = false } = options
  return fc
    .tuple(elements(sizeOf(shape), dtype, options), layouts(shape, expanded && !distinct))
    .map(([values, layout]) => readable(layOut(shape, dtype, values, layout)))
}

/** Makes fast-check show what matters of a counterexample. */
function readable(x: Tensor): Tensor {
  const { shape, strides, dtype, offset } = x
  const show = () =>
    `Tensor ${dtype} ${formatShape(shape)} (strides ${formatShape(strides)}, offset ${offset})\n${x}`
  return Object.defineProperty(x, fc.toStringMethod, { value: show })
}
