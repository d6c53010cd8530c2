import { matmul as product, Random, type Tensor } from '@unroll/tensor'
import type { Group } from '../benchmark.js'

/** Rows, inner length and columns: an LSTM's gates for a batch of 32, and square products. */
const sizes = [
  [32, 192, 512],
  [256, 256, 256],
  [1024, 1024, 1024],
] as const

/** A linear layer has the first three: y = x W forward, and dx = dy Wᵀ and dW = xᵀ dy backward. */
const forms: Record<string, (m: number, k: number, n: number, rng: Random) => [Tensor, Tensor]> = {
  'A B': (m, k, n, rng) => [rng.normal([m, k]), rng.normal([k, n])],
  'A Bᵀ': (m, k, n, rng) => [rng.normal([m, k]), rng.normal([n, k]).transpose()],
  'Aᵀ B': (m, k, n, rng) => [rng.normal([k, m]).transpose(), rng.normal([k, n])],
  'Aᵀ Bᵀ': (m, k, n, rng) => [rng.normal([k, m]).transpose(), rng.normal([n, k]).transpose()],
}

export const matmul: Group = {
  name: 'matmul',
  variants: ['reference', 'wasm', 'wasm, 2 threads'],
  benchmarks: () =>
    sizes.flatMap(([m, k, n]) =>
      Object.entries(forms).map(([form, operands]) => {
        const [a, b] = operands(m, k, n, new Random(1))
        return {
          name: `${form}, ${m} × ${k} × ${n}`,
          work: { amount: 2 * m * k * n, unit: 'FLOP' },
          run: () => product(a, b),
        }
      }),
    ),
}
