import { add, mul, Random, sigmoid, tanh } from '@unroll/tensor'
import type { Group, Work } from '../benchmark.js'

export const elementwise: Group = {
  name: 'elementwise',
  benchmarks: () => {
    const rng = new Random(1)
    const work: Work = { amount: 1000 * 1000, unit: 'element' }
    const x = rng.normal([1000, 1000])
    const y = rng.normal([1000, 1000])
    const row = rng.normal([1000])
    return [
      { name: 'add', work, run: () => add(x, y) },
      { name: 'add a row to every row', work, run: () => add(x, row) },
      { name: 'add a transposed matrix', work, run: () => add(x, y.transpose()) },
      { name: 'mul by a number', work, run: () => mul(x, 2) },
      { name: 'tanh', work, run: () => tanh(x) },
      { name: 'sigmoid', work, run: () => sigmoid(x) },
    ]
  },
}
