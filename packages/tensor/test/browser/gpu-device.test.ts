import {
  matmul,
  ones,
  Random,
  reference,
  sgdStep,
  Tensor,
  tensor,
  UnrollError,
  where,
  withKernels,
  writeSafetensors,
  zeros,
} from '@unroll/tensor'
import { type GpuKernels, gpuKernels } from '@unroll/tensor/gpu'
import { GPU } from 'gpu.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { modes, open } from '../gpu/modes.js'

describe.each(modes)('%s', (mode) => {
  let gpu: GpuKernels
  beforeAll(async () => {
    gpu = await open(mode)
  })
  afterAll(() => gpu.destroy())

  test('says what it is', () => {
    expect(gpu.mode).toBe(mode)
    expect(gpu.name).toBe(`gpu (${mode})`)
    const adapter = {
      webgpu: /swiftshader/i,
      webgl2: /swiftshader/i,
      webasm: /^WebAssembly$/,
      cpu: /^JavaScript$/,
    }
    expect(gpu.adapter).toMatch(adapter[mode])
    expect(gpu.tried).toEqual([])
    expect(gpu.keepsNonFinite).toBe(true)
  })

  test('tensors go there, are computed with there, and come back', async () => {
    const rng = new Random(1)
    const [x, w, b] = [rng.normal([5, 7]), rng.normal([4, 7]), rng.normal([4])]
    const y = x.to(gpu).matmul(w.to(gpu).transpose()).add(b.to(gpu)).mul(2)
    expect(y.device).toBe(gpu)
    expect(y.shape).toEqual([5, 4])
    const expected = withKernels(reference, () => x.matmul(w.transpose()).add(b).mul(2))
    expect(Tensor.from(await y.read(), y.shape).allClose(expected, { rtol: 1e-5, atol: 1e-5 })).toBe(true)
  })

  test('every dtype but float64 comes back as it was', async () => {
    const floats = Float32Array.of(0.1, -0, Number.NaN, Number.POSITIVE_INFINITY, -1e-30)
    const ints = Int32Array.of(0, -1, 2 ** 24, -(2 ** 24), 16777215)
    const bools = Uint8Array.of(1, 0, 0, 1)
    for (const data of [floats, ints, bools])
      expect(await Tensor.from(data, [data.length]).to(gpu).read()).toEqual(data)
    expect(() => zeros([2], { dtype: 'float64' }).to(gpu)).toThrow(/^to: .*float64/)
    expect(() => tensor([1, 2 ** 24 + 1], { dtype: 'int32' }).to(gpu)).toThrow(/^to: the int 16777217 /)
  })

  test('what is brought there is a copy', async () => {
    const x = tensor([1, 2, 3])
    const there = x.to(gpu)
    x.fill(0)
    const first = await there.read()
    first.fill(9)
    expect(await there.read()).toEqual(Float32Array.of(1, 2, 3))
  })

  test('views, and what is empty', async () => {
    const x = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]).to(gpu)
    expect(await x.transpose().read()).toEqual(Float32Array.of(1, 4, 2, 5, 3, 6))
    expect(await x.slice(1).read()).toEqual(Float32Array.of(4, 5, 6))
    const empty = zeros([0, 3]).to(gpu)
    expect(await empty.add(1).read()).toEqual(new Float32Array())
    expect(await empty.sum(0).read()).toEqual(new Float32Array(3))
  })

  test('values cannot be had at once', () => {
    const x = ones([1]).to(gpu)
    for (const [op, ask] of [
      ['item', () => x.item()],
      ['get', () => x.get(0)],
      ['data', () => x.data],
      ['toArray', () => x.toArray()],
      ['allClose', () => x.allClose(1)],
      ['arrayEqual', () => x.arrayEqual(x)],
      ['writeSafetensors', () => writeSafetensors({ x })],
    ] as const)
      expect(ask).toThrow(
        `${op}: the values are on gpu (${mode}), which cannot be read at once; use await x.read()`,
      )
  })

  test('what is printed says where the values are', () => {
    expect(`${ones([2]).to(gpu)}`).toBe(`[on gpu (${mode})]`)
  })

  test('indices that came from the host are checked, but for those that a view leaves out', async () => {
    const [x, out] = [ones([3]).to(gpu), tensor([0, 3], { dtype: 'int32' }).to(gpu)]
    expect(() => x.gather(0, out)).toThrow(/^gather: .*3/)
    expect(() => x.gather(0, out.flip().slice([0, 1]))).toThrow(/^gather: .*3/)
    expect(await x.gather(0, out.slice([0, 1])).read()).toEqual(Float32Array.of(1))
    expect(await x.gather(0, out.flip().slice([1])).read()).toEqual(Float32Array.of(1))
  })

  test('ints that are too large for it are not given for others', async () => {
    const [x, huge] = [tensor([5793, 0], { dtype: 'int32' }).to(gpu), tensor([3e9]).to(gpu)]
    const problem = /^read: an element of dtype int32 came out as 33558848: .*ints are exact up to ±2²⁴/
    await expect(x.mul(x).read()).rejects.toThrow(problem)
    await expect(huge.mul(-1).cast('int32').read()).rejects.toThrow(/came out as -3000000000/)
    await expect(huge.sub(huge).div(0).cast('int32').read()).rejects.toThrow(/came out as NaN/)
    await expect(x.gather(0, x.add(1)).read()).rejects.toThrow(
      /came out as NaN: .*an index that is out of range/,
    )
    expect(() => x.less(2 ** 24 + 1)).toThrow(/^less: the int 16777217 is beyond ±2²⁴/)
    expect(() => x.fill(2 ** 24 + 1)).toThrow(/the int 16777217 is beyond ±2²⁴/)
    expect(await x.neg().cast('float32').reciprocal().read()).toEqual(Float32Array.of(-1 / 5793, Infinity))
  })

  test('a single number of the host may be used there, but is not changed from there', async () => {
    const [x, three] = [tensor([1, 2]).to(gpu), tensor(3)]
    expect(await x.mul(three).read()).toEqual(Float32Array.of(3, 6))
    expect(await three.sub(x).read()).toEqual(Float32Array.of(2, 1))
    expect(await where(x.greater(1), three, x).read()).toEqual(Float32Array.of(1, 3))
    three.fill(4)
    expect(await x.mul(three).read()).toEqual(Float32Array.of(4, 8))
    const mixed = /its operands are on two devices, gpu .* and the host/
    expect(() => three.assign(x.sum())).toThrow(mixed)
    const options = { lr: 1, momentum: 0, dampening: 0, nesterov: false, weightDecay: 0 }
    expect(() => sgdStep(three, x.sum(), undefined, options)).toThrow(mixed)
    const list = tensor([1, 2])
    expect(() => list.slice(0).assign(x.sum())).toThrow(mixed)
    expect(list.device).toBeUndefined()
  })

  test('axes that lie in each other cannot be changed', () => {
    const x = ones([8]).to(gpu).view([2, 3], [3, 2], 0)
    expect(() => x.fill(1)).toThrow(`assign: the elements of a view of strides [3, 2] lie among each other`)
  })

  test('operands of two devices are not mixed', async () => {
    const other = await open('cpu')
    const [x, y, z] = [ones([2]), ones([2]).to(gpu), ones([2]).to(other)]
    const host = tensor([1, 2])
    expect(() => host.add(y)).toThrow(`add: its operands are on two devices, gpu (${mode}) and the host`)
    expect(() => y.add(z)).toThrow(/^add: its operands are on two devices/)
    expect(() => y.to(other)).toThrow(`to: the values are on gpu (${mode})`)
    // Ones are a rule, and nobody's data.
    expect(await x.add(y).read()).toEqual(Float32Array.of(2, 2))
    await other.destroy()
    const twin = await open(mode)
    expect(() => y.add(host.to(twin))).toThrow(`two devices, both called gpu (${mode})`)
    await twin.destroy()
  })

  test('with its kernels in force, tensors of the host are brought there, and each only once', async () => {
    const w = new Random(2).normal([3, 3])
    const { misses } = gpu.cache
    const results = gpu.scope(() => {
      const before = gpu.memory().arrays
      const product = withKernels(gpu, () => matmul(w, w).add(w).add(w))
      expect(gpu.memory().arrays - before).toBe(4) // w, and three results
      return product
    })
    expect(gpu.cache.misses).toBeGreaterThan(misses)
    const expected = withKernels(reference, () => matmul(w, w).add(w).add(w))
    expect(Tensor.from(await results.read(), [3, 3]).allClose(expected, { rtol: 1e-5, atol: 1e-5 })).toBe(
      true,
    )
    // An in-place change is seen.
    w.fill(1)
    const changed = withKernels(gpu, () => matmul(w, w))
    expect(await changed.read()).toEqual(new Float32Array(9).fill(3))
  })

  test('changes in place are seen by views', async () => {
    const x = zeros([2, 3]).add(0).to(gpu)
    const row = x.slice(1)
    row.assign(tensor([1, 2, 3]).to(gpu))
    x.set([0, 0], 7)
    expect(await x.read()).toEqual(Float32Array.of(7, 0, 0, 1, 2, 3))
    expect(await row.read()).toEqual(Float32Array.of(1, 2, 3))
  })

  test('an assertion that does not hold is told at the next reading, and once', async () => {
    const [x, no, yes] = [ones([2]).to(gpu), zeros([1]).to(gpu), ones([1]).to(gpu)]
    const assert = (value: Tensor, message: string) =>
      gpu.assert?.(value.storage.elements as never, () => message)
    assert(yes, 'not this one')
    assert(no, 'loss: it is 0')
    assert(no, 'not the second')
    await expect(x.read()).rejects.toThrow(/^loss: it is 0$/)
    expect(await x.read()).toEqual(Float32Array.of(1, 1))
    assert(no, 'once more')
    await expect(gpu.settle()).rejects.toThrow(UnrollError)
    await gpu.settle()
  })

  test('the kernels kept are bounded, and those dropped take no results with them', async () => {
    const small = await open(mode, { cacheLimit: 3 })
    const xs = Array.from({ length: 8 }, (_, n) => ones([n + 1]).to(small))
    const ys = xs.map((x) => x.add(x))
    const zs = ys.map((y) => y.mul(y))
    for (const [n, z] of zs.entries()) expect(await z.read()).toEqual(new Float32Array(n + 1).fill(4))
    for (const [n, y] of ys.entries()) expect(await y.read()).toEqual(new Float32Array(n + 1).fill(2))
    const { size, limit, misses, evictions } = small.cache
    expect([size, limit]).toEqual([3, 3])
    expect(misses - evictions).toBe(3)
    await small.destroy()
  })

  // In a browser there is no room for the memories of so many, which is not to be noticed.
  if (mode === 'webasm')
    test('more kernels than there is room for', async () => {
      const many = await open(mode)
      for (let n = 1; n <= 150; n++) {
        const y = ones([n]).to(many).neg()
        if (n % 30 === 0) expect(await y.read()).toEqual(new Float32Array(n).fill(-1))
      }
      expect(many.cache.misses).toBeGreaterThanOrEqual(150)
      await many.destroy()
    })

  test('a kernel is made once for an op, its shapes and its strides', async () => {
    const x = new Random(1).normal([3, 4]).to(gpu)
    await x.tanh().mul(x).read()
    const { hits, misses } = gpu.cache
    await x.tanh().mul(x).read()
    expect(gpu.cache.misses).toBe(misses)
    expect(gpu.cache.hits).toBeGreaterThan(hits)
    await x.transpose().tanh().read()
    expect(gpu.cache.misses).toBeGreaterThan(misses)
  })

  test('more elements than there are exact indices are refused', () => {
    const row = ones([1, 4097]).to(gpu)
    expect(() => row.mul(row.transpose())).toThrow(
      new RegExp(`^mul: 16785409 elements are too many for gpu \\(${mode}\\).*16777216`),
    )
  })
})

describe('what is handed to gpuKernels', () => {
  test('auto takes what works best, and says why not the better', async () => {
    const gpu = await gpuKernels(GPU)
    expect(gpu.mode).toBe('webasm') // there is no hardware to test on
    expect(gpu.tried.map(({ mode }) => mode)).toEqual(['webgpu', 'webgl2'])
    for (const { problem } of gpu.tried) expect(problem).toMatch(/no WebGPU|no WebGL 2|is software/)
    expect(await ones([2]).to(gpu).read()).toEqual(Float32Array.of(1, 1))
    await gpu.destroy()
  })

  test('nonsense is refused', async () => {
    for (const wrong of [undefined, { GPU }, new GPU({ mode: 'cpu' }), () => GPU, Map])
      await expect(gpuKernels(wrong as never)).rejects.toThrow(/^gpuKernels: wants the class GPU of gpu.js/)
    await expect(gpuKernels(GPU, { mode: 'gpu' as never })).rejects.toThrow(
      /^gpuKernels: mode is one of auto,/,
    )
    await expect(gpuKernels(GPU, { cacheLimit: 0 })).rejects.toThrow(/cacheLimit of at least 1/)
    await expect(gpuKernels(GPU, { cacheSize: 1 } as never)).rejects.toThrow(/has no option cacheSize/)
  })
})
