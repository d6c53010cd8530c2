import { kernelsFor, type Strided } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import type { MapName } from '../../src/kernels/kernels.js'
import { erfc } from '../../src/kernels/reference/erf.js'
import { maps } from '../../src/kernels/reference/functions.js'

/** How many floats lie, at most, between a result and the float nearest to the true value. */
const bounds: Record<MapName, number> = {
  neg: 0,
  abs: 0,
  sign: 0,
  square: 0,
  reciprocal: 0,
  sqrt: 0,
  relu: 0,
  rsqrt: 1,
  exp: 1,
  expm1: 2,
  log: 1,
  log1p: 1,
  sin: 2,
  cos: 2,
  erf: 1,
  tanh: 2,
  sigmoid: 2,
  softplus: 2,
  silu: 2,
  geluTanh: 2,
  gelu: 5,
}

/** The functions in float64: the reference's, but where it loses digits far out, or the sign of a zero. */
const truth = {
  ...maps,
  erf: (x: number) => (x === 0 ? x : maps.erf(x)),
  gelu: (x: number) => (x < -40 ? -0 : x * 0.5 * erfc(-x * Math.SQRT1_2)),
  geluTanh: (x: number) =>
    x < -40 ? -0 : x > 40 ? x : x / (1 + Math.exp(-Math.sqrt(8 / Math.PI) * (x + 0.044715 * x ** 3))),
}

/** A prime. */
const step = 7919

/** Floats of every sign and exponent, by taking one in so many of all bit patterns; and those where something changes. */
const samples = sampled(2 ** 32 / step, [
  ...[0, 1, 2 ** -149, 2 ** -126, 2 ** -126 - 2 ** -149, 3.4028234663852886e38, Number.POSITIVE_INFINITY],
  ...[2 ** -25, 0.9, Math.SQRT1_2, Math.SQRT2, 88.72283, 88.72284, 88, 87.33654, 103.97208, 103.97209],
  ...[Math.PI / 4, Math.PI / 2, Math.PI, 2 ** 20 - 0.0625, 2 ** 20, 2 ** 30, 14.2, 10.05, 9.01, 17.3, 104.1],
])

describe.each(Object.entries(bounds) as [MapName, number][])('%s', (name, bound) => {
  test(`is within ${bound} units in the last place of any float32`, () => {
    const got = kernelsFor('float32')[name](vector(samples))
    const f = truth[name]
    for (let i = 0; i < samples.length; i++) {
      const want = Math.fround(f(samples[i]))
      // At ±0 the sign counts too.
      const allowed = samples[i] === 0 ? 0 : bound
      if (!Object.is(got[i], want) && !(allowed > 0 && distance(got[i], want) <= allowed))
        expect.fail(`${name}(${samples[i]}) is ${got[i]}, want ${want} within ${bound} units`)
    }
  })
})

test('the kernels in force are those in WebAssembly', () => {
  expect(kernelsFor('float32').name).toBe('wasm')
})

function sampled(count: number, special: readonly number[]): Float32Array {
  const bits = new Uint32Array(Math.ceil(count)).map((_, i) => i * step)
  const floats = new Float32Array(bits.buffer)
  floats.set([...special, ...special.map((x) => -x), Number.NaN])
  return floats
}

function vector(data: Float32Array): Strided {
  return { storage: { data }, shape: [data.length], strides: [1], offset: 0 }
}

/** How many steps from float to float it is from a to b; NaN is next to nothing. */
function distance(a: number, b: number): number {
  return Number.isNaN(a) || Number.isNaN(b) ? Number.POSITIVE_INFINITY : Math.abs(ordinal(a) - ordinal(b))
}

/** Floats counted from 0 up and down. */
function ordinal(x: number): number {
  const [bits] = new Int32Array(Float32Array.of(x).buffer)
  return bits < 0 ? -(bits & 0x7fffffff) : bits
}
