import { checkInt32, type DType, isFloat, type TypedArray } from '../dtype.js'
import { tracer } from '../kernels/active.js'
import { DeviceArray } from '../kernels/elements.js'
import { wasm } from '../kernels/wasm/index.js'
import type { Tensor } from '../tensor.js'

/**
 * Checks elements that have to be looked at, such as an index that must be in range: at once on the host. Those on a
 * device are checked where the host has seen them, when it brings them there; and those that a compiled step is handed,
 * or finds on the host, before each replay. What a device computed itself goes unchecked.
 */
export function checkElements(x: Tensor, test: (data: TypedArray) => void): void {
  const { storage, shape, strides, offset, dtype } = x
  const { elements } = storage
  const testPart = (data: TypedArray) => test(wasm.copy({ storage: { data }, shape, strides, offset }, dtype))
  const traced = tracer()
  if (elements instanceof DeviceArray) elements.check(testPart)
  else if (traced) traced.checks(storage, testPart)
  else test(x.data)
}

/** Checks that the values of x can be converted to a dtype. @throws UnrollError that names the first value that cannot. */
export function checkConversion(op: string, x: Tensor, to: DType): void {
  if (to === 'int32' && isFloat(x.dtype)) checkElements(x, (data) => checkInt32(op, data))
}
