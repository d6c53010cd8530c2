import { type Kernels, reference, type Strided, type Tensor, type TypedArray, wasm } from '@unroll/tensor'
import { type TensorsOptions, tensors, tensorsThatBroadcast } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { CompareName, MapName, ZipName } from '../../src/kernels/kernels.js'

/** Those whose result is the nearest float, here as there: they must agree to the last bit. */
const exactMaps: MapName[] = ['neg', 'abs', 'sign', 'square', 'reciprocal', 'sqrt', 'relu']
// biome-ignore format: one family a line
const closeMaps: MapName[] = [
  'rsqrt', 'exp', 'expm1', 'log', 'log1p', 'sin', 'cos', 'erf',
  'tanh', 'sigmoid', 'gelu', 'geluTanh', 'softplus', 'silu',
]
// biome-ignore format: one family a line
const zips: (ZipName | CompareName)[] = [
  'add', 'sub', 'mul', 'div', 'pow', 'maximum', 'minimum',
  'equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual',
]

/** Small ones of any layout, and ones of several chunks. */
const sizes: TensorsOptions[] = [
  { minLength: 0, maxRank: 4, nonFinite: true },
  { minLength: 1, maxLength: 12, minRank: 2, maxRank: 3, nonFinite: true },
]

describe.each(sizes)('of tensors %o', (options) => {
  test.each(exactMaps)('%s is to the bit what the reference gives', (name) => {
    fc.assert(fc.property(tensors(options), (x) => agree(name, [x])))
  })

  test.each(closeMaps)('%s is nearly what the reference gives', (name) => {
    fc.assert(fc.property(tensors(options), (x) => agree(name, [x], 1e-6)))
  })

  test.each(zips)('%s is to the bit what the reference gives', (name) => {
    fc.assert(fc.property(tensorsThatBroadcast(2, options), (pair) => agree(name, broadcast(pair))))
  })

  test('where is what the reference gives', () => {
    const operands = tensorsThatBroadcast(3, options)
    fc.assert(
      fc.property(operands, ([c, a, b]) => {
        const [condition, left, right] = broadcast([c, a, b])
        const bools = {
          ...condition,
          storage: { data: Uint8Array.from(condition.storage.data, (v) => +(v > 0)) },
        }
        agree('where', [bools, left, right])
      }),
    )
  })

  test('so are clamp, isFinite and copy, and nearly so leakyRelu and elu', () => {
    fc.assert(
      fc.property(tensors(options), fc.integer({ min: -2000, max: 2000 }), (x, n) => {
        agree('clamp', [x, n / 1024, 3])
        agree('clamp', [x, Number.NEGATIVE_INFINITY, n / 1024])
        agree('isFinite', [x])
        agree('copy', [x, 'float32'])
        agree('leakyRelu', [x, n / 1000], 1e-6)
        agree('elu', [x, n / 1000], 1e-6)
      }),
    )
  })

  test('of ints and bools, they are the reference', () => {
    fc.assert(
      fc.property(tensors({ ...options, dtype: ['int32', 'bool'] }), (x) => {
        agree('neg', [x])
        agree('add', [x, x])
        agree('less', [x, x])
        agree('copy', [x, x.dtype])
        agree('copy', [x, 'float32'])
      }),
    )
  })
})

describe('of operands larger than a chunk', () => {
  // In row-major order, transposed, broadcast along either axis, one number, flipped, with gaps.
  const layouts = fc.constantFrom<[(m: number, n: number) => [down: number, along: number], offset: number]>(
    [(_, n) => [n, 1], 3],
    [(m) => [1, m], 0],
    [() => [0, 1], 2],
    [() => [1, 0], 2],
    [() => [0, 0], 1],
    [(_, n) => [-n, -1], 0],
    [(_, n) => [2 * n, 2], 0],
    [(m) => [2, 3 * m], 5],
  )
  const data = noise(300_000)
  const lengths = fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 100, max: 300 }))
  const pair = fc.tuple(lengths, lengths, fc.integer({ min: 1, max: 3 }), layouts, layouts)

  test('every layout is walked as the reference walks it', () => {
    fc.assert(
      fc.property(pair, ([m, n, copies, left, right]) => {
        const [a, b] = [left, right].map(([strides, offset], k): Strided => {
          const [down, along] = strides(m, n)
          return {
            storage: { data },
            shape: [copies, m, n],
            strides: [k === 0 ? 0 : 7, down, along],
            offset: offset + (down < 0 ? 100_000 : 0),
          }
        })
        agree('add', [a, b])
        agree('less', [a, b])
        agree('copy', [a, 'float32'])
        agree('neg', [b])
      }),
      { numRuns: 40 },
    )
  })
})

describe('an element does not depend on its neighbours', () => {
  const data = noise(40_000)
  const whole = Object.fromEntries(
    [...exactMaps, ...closeMaps].map((name) => [name, wasm[name](vector(data, 0, data.length))]),
  )
  const parts = fc.tuple(
    fc.nat(39_000),
    fc.oneof(fc.integer({ min: 1, max: 120 }), fc.integer({ min: 1, max: 1000 })),
  )

  test.each([...exactMaps, ...closeMaps])('%s of a part is the part of %s', (name) => {
    fc.assert(
      fc.property(parts, fc.constantFrom(1, -1), ([start, length], step) => {
        const from = step > 0 ? start : start + length - 1
        const got = wasm[name](vector(data, from, length, step))
        const want = whole[name].slice(start, start + length)
        expectSame(step > 0 ? got : got.reverse(), want, 0)
      }),
      { numRuns: 30 },
    )
  })
})

test('maximum and minimum pass NaN on, and tell the zeros apart', () => {
  const a = vector(Float32Array.of(Number.NaN, 1, -0, 0), 0, 4)
  const b = vector(Float32Array.of(1, Number.NaN, 0, -0), 0, 4)
  expect([...wasm.maximum(a, b)]).toEqual([Number.NaN, Number.NaN, 0, 0])
  expect([...wasm.minimum(a, b)]).toEqual([Number.NaN, Number.NaN, -0, -0])
})

/** Floats of many sizes, the same at every run: half of them within −8 … 8, half of any exponent; none is NaN. */
function noise(length: number): Float32Array {
  const bits = new Int32Array(length).map((_, i) => Math.imul(i + 1, 0x9e3779b1) & 0xff7fffff)
  return new Float32Array(bits.buffer).map((x, i) =>
    i % 2 === 0 ? x : (Math.imul(i, 0x85ebca6b) / 2 ** 31) * 8,
  )
}

function vector(data: Float32Array, offset: number, length: number, step = 1): Strided {
  return { storage: { data }, shape: [length], strides: [step], offset }
}

function broadcast(operands: readonly Tensor[]): Tensor[] {
  const shape = operands.reduce((sum, x) => sum.add(x.mul(0)), operands[0].mul(0)).shape
  return operands.map((x) => x.broadcastTo(shape))
}

type Call = (...operands: readonly unknown[]) => TypedArray

/** Both makers give the same: to the bit, or within a relative tolerance. */
function agree(name: keyof Kernels, operands: readonly unknown[], tolerance = 0): void {
  const got = (wasm[name] as Call)(...operands)
  const want = (reference[name] as Call)(...operands)
  expect(got.constructor).toBe(want.constructor)
  expectSame(got, want, tolerance)
}

function expectSame(got: TypedArray, want: TypedArray, tolerance: number): void {
  expect(got.length).toBe(want.length)
  for (let i = 0; i < want.length; i++) {
    const close = Math.abs(got[i] - want[i]) <= tolerance * Math.abs(want[i])
    if (!Object.is(got[i], want[i]) && !(tolerance > 0 && close))
      expect.fail(`element ${i}: ${got[i]}, want ${want[i]}`)
  }
}
