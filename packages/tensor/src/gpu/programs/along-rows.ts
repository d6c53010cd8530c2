import type { DeviceArray } from '../../kernels/elements.js'
import { rowMajorStrides, type Shape } from '../../shape.js'
import type { Operand } from '../operand.js'

/** One value for each row, the last axis, read in the shape of the whole. */
export function alongRows(array: DeviceArray, shape: Shape): Operand {
  return { array, shape, strides: [...rowMajorStrides(shape.slice(0, -1)), 0], offset: 0 }
}
