import type { DType } from '../../dtype.js'
import type { DeviceArray } from '../../kernels/elements.js'
import type { Executor } from '../executor.js'

/** `size` elements, all of them `value`. */
export function filled(executor: Executor, size: number, value: number, dtype: DType): DeviceArray {
  const source = () => 'function (value) { return value; }'
  return executor.run({ name: 'filled', key: `${size}`, size, source }, [value], dtype)
}
