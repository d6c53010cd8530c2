import fc from 'fast-check'
import { expect, test } from 'vitest'
import { KernelCache } from '../../src/gpu/eager/kernel-cache.js'
import type { GpuKernel } from '../../src/gpu/gpu-js.js'

const kernel = () => (() => new Float32Array()) as unknown as GpuKernel

test('of more kernels than the limit, those used last are kept', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(9)), fc.integer({ min: 1, max: 6 }), (uses, limit) => {
      const dropped: GpuKernel[] = []
      const made: GpuKernel[] = []
      const cache = new KernelCache(limit, (k) => dropped.push(k))
      let recent: number[] = []
      let hits = 0
      for (const key of uses) {
        if (recent.includes(key)) hits++
        recent = [...recent.filter((k) => k !== key), key].slice(-limit)
        cache.get(`${key}`, () => {
          const k = kernel()
          made.push(k)
          return k
        })
      }
      expect(cache.statistics).toEqual({
        size: recent.length,
        limit,
        hits,
        misses: uses.length - hits,
        evictions: dropped.length,
      })
      expect(made.length - dropped.length).toBe(recent.length)
      expect(new Set(dropped).size).toBe(dropped.length)
    }),
  )
})

test('where there is no room for so many, half of them have to do', () => {
  const dropped: GpuKernel[] = []
  const cache = new KernelCache(100, (k) => dropped.push(k))
  const kernels = Array.from({ length: 5 }, kernel)
  for (const [k, made] of kernels.entries()) cache.get(`${k}`, () => made)
  expect(cache.halve()).toBe(true)
  expect(dropped).toEqual(kernels.slice(0, 2))
  cache.get('another', kernel)
  expect(cache.statistics).toMatchObject({ size: 3, limit: 3, evictions: 3 })
  expect([cache.halve(), cache.halve(), cache.statistics.size]).toEqual([true, true, 1])
  expect(cache.halve()).toBe(false)
})

test('one that failed is made anew', () => {
  const dropped: GpuKernel[] = []
  const cache = new KernelCache(2, (k) => dropped.push(k))
  const [first, second] = [kernel(), kernel()]
  cache.get('a', () => first)
  cache.remove('a', first)
  expect(cache.get('a', () => second)).toBe(second)
  cache.remove('a', first) // it is another by now
  expect(cache.get('a', kernel)).toBe(second)
  expect(dropped).toEqual([first])
})
