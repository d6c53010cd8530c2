import { add, exp, mul, Random, sigmoid, type Tensor, tanh } from '@unroll/tensor'
import type { Group, Work } from '../benchmark.js'

export const elementwise: Group = {
  name: 'elementwise',
  variants: ['reference', 'wasm', 'wasm, 2 threads'],
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
      { name: 'exp', work, run: () => exp(x) },
      { name: 'Math.tanh in a loop', work, run: () => mathTanh(x), plain: true },
    ]
  },
}

function mathTanh(x: Tensor): Float32Array {
  const y = new Float32Array(x.size)
  const { data } = x
  for (let i = 0; i < y.length; i++) y[i] = Math.tanh(data[i])
  return y
}
