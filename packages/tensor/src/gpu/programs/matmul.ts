import type { DeviceArray } from '../../kernels/elements.js'
import type { Kernels, Strided } from '../../kernels/kernels.js'
import { sizeOf } from '../../shape.js'
import type { Executor } from '../executor.js'
import { indexOperands } from '../index-text.js'
import { dtypeOfOperand, layoutKey, operandOf } from '../operand.js'
import { filled } from './filled.js'
import { dotText } from './sum-text.js'

/** c[…, m, n] = Σ_k a[…, m, k] · b[…, k, n] */
export function matrixProduct(executor: Executor): Pick<Kernels<DeviceArray>, 'matmul'> {
  return {
    matmul(a: Strided, b: Strided) {
      const left = operandOf(executor, a)
      const right = operandOf(executor, b)
      const lead = a.shape.length - 2
      const K = a.shape[lead + 1]
      const N = b.shape[lead + 1]
      const shape = [...a.shape.slice(0, -1), N]
      const program = {
        name: 'matmul',
        key: layoutKey(left, right),
        size: sizeOf(shape),
        source: () => {
          // Both walked in the shape of c: along n a stands still, and along m b does.
          const rows = { ...left, shape, strides: [...a.strides.slice(0, -1), 0] }
          const columns = { ...right, shape, strides: [...b.strides.slice(0, lead), 0, b.strides[lead + 1]] }
          const { lines, at } = indexOperands('i', shape, [rows, columns])
          const row = { array: 'a', start: at[0], step: a.strides[lead + 1] }
          const column = { array: 'b', start: at[1], step: b.strides[lead] }
          return `function (a, b) {
            const i = this.thread.x;
            ${lines}
            ${dotText('sum', K, row, column)}
            return sum;
          }`
        },
      }
      const dtype = dtypeOfOperand(left)
      return K === 0
        ? filled(executor, sizeOf(shape), 0, dtype)
        : executor.run(program, [left.array, right.array], dtype)
    },
  }
}
