import type { DType } from '../dtype.js'
import type { DeviceArray } from '../kernels/elements.js'
import type { Strided } from '../kernels/kernels.js'
import { rowMajorStrides, type Shape } from '../shape.js'
import type { Executor } from './executor.js'

/** An array of the device, and the way to walk it. */
export interface Operand {
  readonly array: DeviceArray
  readonly shape: Shape
  readonly strides: readonly number[]
  readonly offset: number
}

/** An operand of a kernel, on the device. */
export function operandOf(executor: Executor, x: Strided): Operand {
  const { shape, strides, offset } = x
  return { array: executor.array(x), shape, strides, offset }
}

/** A result, in row-major order, as an operand. */
export function rowMajorOperand(array: DeviceArray, shape: Shape): Operand {
  return { array, shape, strides: rowMajorStrides(shape), offset: 0 }
}

/** The dtype of what a kernel is handed. */
export function dtypeOfOperand(x: Operand): DType {
  return x.array.dtype
}

/** What of operands goes into the text of a program: for its key. */
export function layoutKey(...operands: readonly Pick<Operand, 'shape' | 'strides' | 'offset'>[]): string {
  return operands.map(({ shape, strides, offset }) => `${shape}:${strides}+${offset}`).join('|')
}
