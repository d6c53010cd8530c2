import { kernelsFor, type Strided, wasm } from '@unroll/tensor'
import { describe, expect, test } from 'vitest'
import type { MapName } from '../../src/kernels/kernels.js'
import { sampled, truth } from '../makers/suite/all-floats.js'

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

/** A prime. */
const step = 7919

const samples = sampled(step)

describe.each(Object.entries(bounds) as [MapName, number][])('%s', (name, bound) => {
  test(`is within ${bound} units in the last place of any float32`, () => {
    const got = wasm[name](vector(samples))
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
