import { type Kernels, Random, reference, type Tensor, tensor } from '@unroll/tensor'
import { expect } from 'vitest'
import type { Maker } from '../../../../../test/support/makers/makers.js'
import { elementsOf } from '../elements-of.js'
import { agree, type CaseOptions } from '../kernel-case.js'
import { absolute } from './operands.js'

type Check = (maker: Maker, kernels: Kernels) => Promise<void>

/** What small random operands do not come to. */
export const limits: Readonly<Record<string, Check>> = {
  'powers, of small and of large numbers': (maker, kernels) => {
    const rng = new Random(2)
    const a = rng.normal([4000], 0, 8).exp()
    const b = rng.uniform([4000], -8, 8)
    return agree(maker, kernels, zip('pow'), [a, b])
  },

  'whole powers of negative numbers': async (maker, kernels) => {
    const a = tensor([-2, -2, -2, -0.5, -3, -1.5, 0, 0, -7, -1])
    const b = tensor([3, 2, -3, 5, 0, 1, 0, 2, 8, 1001])
    await agree(maker, kernels, zip('pow'), [a, b])
    if (maker.keepsNonFinite)
      expect(await elementsOf(kernels.pow(tensor([-2]), tensor([0.5])))).toEqual(Float32Array.of(Number.NaN))
  },

  'long sums': async (maker, kernels) => {
    const x = new Random(1).uniform([100_000], 0, 1)
    await agree(maker, kernels, { family: 'sum', call: (k, x, lay) => ({ y: k.sum(lay(x), 1) }) }, x)
    // In float32, 2²⁴ + 1 is 2²⁴: a running sum would never move on.
    const [total] = await elementsOf(kernels.sum(tensor([2 ** 24, ...Array(4096).fill(1)]), 1))
    expect(total / (2 ** 24 + 4096)).toBeCloseTo(1, 5)
    await agree(maker, kernels, { family: 'sum', call: (k, x, lay) => ({ y: k.sumOfSquares(lay(x)) }) }, x)
  },

  'running sums, and what exponentials add up to': async (maker, kernels) => {
    const x = new Random(3).normal([2, 5000])
    await agree(maker, kernels, cumsum, x)
    const y = Float64Array.from(await elementsOf(kernels.softmax(x)))
    expect(y.reduce((total, p) => total + p, 0)).toBeCloseTo(2, 5)
  },

  'products with long sums': (maker, kernels) => {
    const rng = new Random(4)
    return agree(maker, kernels, matmul, [rng.normal([3, 3000]), rng.normal([3000, 5])])
  },

  'logits of any size do not overflow': async (maker, kernels) => {
    const x = tensor([[1000, 999, -1000], [-1e30, -1e30, -2e30]]) // biome-ignore format: rows
    const target = tensor(Int32Array.of(1, 2))
    await agree(maker, kernels, { family: 'softmax', call: (k, x, lay) => ({ y: k.softmax(lay(x)) }) }, x)
    await agree(
      maker,
      kernels,
      { family: 'logSumExp', call: (k, x, lay) => ({ y: k.logSumExp(lay(x), 1) }) },
      x,
    )
    await agree(
      maker,
      kernels,
      {
        family: 'crossEntropy',
        call: (k, x, lay) => ({ y: k.crossEntropy(lay(x), lay(target), false, 1).losses }),
      },
      x,
    )
  },

  'ints are exact up to 2²⁴': async (_, kernels) => {
    const most = 2 ** 24
    const ints = (...values: number[]) => tensor(Int32Array.of(...values))
    const [a, b] = [ints(most - 1, -most, 4095, most), ints(1, 1, 4097, 0)]
    expect(await elementsOf(kernels.add(a, b))).toEqual(Int32Array.of(most, 1 - most, 8192, most))
    expect(await elementsOf(kernels.mul(a, b))).toEqual(Int32Array.of(most - 1, -most, most - 1, 0))
    expect(await elementsOf(kernels.less(a, ints(most, -most, 4096, most)))).toEqual(
      Uint8Array.of(1, 0, 1, 0),
    )
    expect(await elementsOf(kernels.sum(ints(most - 1, 1, -most, 3), 1))).toEqual(Int32Array.of(3))
    expect(await elementsOf(kernels.copy(a, 'float32'))).toEqual(Float32Array.of(most - 1, -most, 4095, most))
    if (kernels.upload) expect(() => kernels.upload?.(Int32Array.of(0, most + 1))).toThrow(`${most + 1}`)
  },

  'places are exact up to 2²⁴': async (maker, kernels) => {
    const [rows, columns] = [4095, 4097]
    const data = new Float32Array(rows * columns).map((_, i) => i)
    const x = tensor(data).reshape([rows, columns])
    const y = await elementsOf(kernels.copy(x.transpose(), 'float32'))
    let wrong = 0
    for (let c = 0, i = 0; c < columns; c++)
      for (let r = 0; r < rows; r++, i++) if (y[i] !== r * columns + c) wrong++
    expect([maker.name, y.length, wrong]).toEqual([maker.name, data.length, 0])

    const index = tensor(
      Int32Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? columns - 1 : i % columns)),
    )
    const picked = await elementsOf(kernels.gather(x, 1, index.reshape([rows, 2])))
    expect(picked.findIndex((value, i) => value !== Math.floor(i / 2) * columns + index.get(i))).toBe(-1)
  },

  'more places are refused where they would not be': async (_, kernels) => {
    const x = tensor([1]).expand([2 ** 24 + 1])
    if (kernels.upload) expect(() => kernels.neg(x)).toThrow(/^neg: 16777217 elements are too many for gpu/)
  },
}

function zip(name: 'pow'): Pick<CaseOptions<Tensor[]>, 'family' | 'call'> {
  return { family: name, call: (k, [a, b], lay) => ({ y: k[name](lay(a), lay(b)) }) }
}

const cumsum: Pick<CaseOptions<Tensor>, 'family' | 'call' | 'scale'> = {
  family: 'sum',
  call: (k, x, lay) => ({ y: k.cumsum(lay(x)) }),
  scale: (x, lay) => ({ y: reference.cumsum(absolute(lay(x))) }),
}

const matmul: Pick<CaseOptions<Tensor[]>, 'family' | 'call' | 'scale'> = {
  family: 'matmul',
  call: (k, [a, b], lay) => ({ c: k.matmul(lay(a), lay(b)) }),
  scale: ([a, b], lay) => ({ c: reference.matmul(absolute(lay(a)), absolute(lay(b))) }),
}
