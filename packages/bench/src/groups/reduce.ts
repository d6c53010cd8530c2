import { Random, softmax, sum } from '@unroll/tensor'
import type { Group, Work } from '../benchmark.js'

export const reduce: Group = {
  name: 'reduce',
  variants: ['reference', 'wasm', 'wasm, 2 threads'],
  benchmarks: () => {
    const work: Work = { amount: 1000 * 1000, unit: 'element' }
    const x = new Random(1).normal([1000, 1000])
    return [
      { name: 'sum of all', work, run: () => sum(x) },
      { name: 'sum of columns', work, run: () => sum(x, 0) },
      { name: 'sum of rows', work, run: () => sum(x, 1) },
      { name: 'softmax of rows', work, run: () => softmax(x) },
    ]
  },
}
