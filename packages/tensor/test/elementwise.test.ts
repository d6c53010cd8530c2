import {
  abs,
  clamp,
  cos,
  type DType,
  elu,
  erf,
  exp,
  expm1,
  gelu,
  isFinite,
  leakyRelu,
  log,
  log1p,
  logicalNot,
  neg,
  reciprocal,
  relu,
  rsqrt,
  sigmoid,
  sign,
  silu,
  sin,
  softplus,
  sqrt,
  square,
  type Tensor,
  type TensorLike,
  tanh,
} from '@unroll/tensor'
import { tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dtypes, expectTensor } from './oracle.js'

type Op = (x: TensorLike) => Tensor
type Case = [name: string, op: Op, f: (x: number) => number]

/** Ints stay ints; bools count as ints. */
const keepInts: Case[] = [
  ['neg', neg, (x) => -x],
  ['abs', abs, (x) => (x < 0 ? -x : x)],
  ['sign', sign, (x) => (x > 0 ? 1 : x < 0 ? -1 : x)],
  ['square', square, (x) => x ** 2],
  ['relu', relu, (x) => (x < 0 ? 0 : x)],
  ['clamp to ints', (x) => clamp(x, -1, 2), (x) => (x < -1 ? -1 : x > 2 ? 2 : x)],
  ['clamp from below', (x) => clamp(x, 1), (x) => (x < 1 ? 1 : x)],
]

/** Ints become float32. */
const giveFloats: Case[] = [
  ['reciprocal', reciprocal, (x) => 1 / x],
  ['sqrt', sqrt, Math.sqrt],
  ['rsqrt', rsqrt, (x) => (x < 0 ? Number.NaN : x ** -0.5)],
  ['exp', exp, Math.exp],
  ['expm1', expm1, (x) => Math.exp(x) - 1],
  ['log', log, Math.log],
  ['log1p', log1p, (x) => Math.log(1 + x)],
  ['sin', sin, Math.sin],
  ['cos', cos, Math.cos],
  ['tanh', tanh, (x) => 1 - 2 / (Math.exp(2 * x) + 1)],
  ['sigmoid', sigmoid, (x) => 1 / (1 + Math.exp(-x))],
  ['softplus', softplus, (x) => (x === Number.POSITIVE_INFINITY ? x : Math.log(1 + Math.exp(x)))],
  ['silu', silu, (x) => limitedBelow(x, x / (1 + Math.exp(-x)))],
  ['leakyRelu', leakyRelu, (x) => (x < 0 ? 0.01 * x : x)],
  ['leakyRelu of a slope', (x) => leakyRelu(x, -0.5), (x) => (x < 0 ? -0.5 * x : x)],
  ['elu', elu, (x) => (x < 0 ? Math.exp(x) - 1 : x)],
  ['elu of an alpha', (x) => elu(x, 2), (x) => (x < 0 ? 2 * (Math.exp(x) - 1) : x)],
  ['erf', erf, erfByIntegration],
  ['gelu', gelu, (x) => limitedBelow(x, (x / 2) * (1 + erfByIntegration(x / Math.SQRT2)))],
  ['gelu by tanh', (x) => gelu(x, 'tanh'), (x) => limitedBelow(x, geluByExp(x))],
  ['clamp to fractions', (x) => clamp(x, -0.5, 0.5), (x) => (x < -0.5 ? -0.5 : x > 0.5 ? 0.5 : x)],
]

const anyTensor = tensors({ dtype: dtypes, minLength: 0, nonFinite: true })

describe.each(keepInts)('%s', (_, op, f) => {
  test('is computed element by element, ints as ints', () =>
    check(op, f, (dtype) => (dtype === 'bool' ? 'int32' : dtype)))
})

describe.each(giveFloats)('%s', (_, op, f) => {
  test('is computed element by element, ints as float32', () =>
    check(op, f, (dtype) => (dtype === 'float64' ? 'float64' : 'float32')))
})

describe.each<Case>([
  ['isFinite', isFinite, (x) => +(x - x === 0)],
  ['logicalNot', logicalNot, (x) => +(x === 0)],
])('%s', (_, op, f) => {
  test('gives bools', () => check(op, f, () => 'bool'))
})

test('a number is a float32 scalar', () => {
  expect(sigmoid(0)).toMatchObject({ shape: [], dtype: 'float32' })
  expect(sigmoid(0).item()).toBe(0.5)
})

function check(op: Op, f: (x: number) => number, result: (dtype: DType) => DType): void {
  fc.assert(
    fc.property(anyTensor, (x) => {
      const dtype = result(x.dtype)
      const absolute = { bool: 0, int32: 0, float32: 1e-7, float64: 1e-10 }[dtype]
      const tolerance = { bool: 0, int32: 0, float32: 3e-7, float64: 1e-14 }[dtype]
      expectTensor(op(x), { shape: x.shape, dtype, at: (index) => f(x.get(...index)), absolute, tolerance })
    }),
  )
}

/** What goes to 0 as x goes to −∞, though the formula there is −∞ · 0. */
function limitedBelow(x: number, value: number): number {
  return x === Number.NEGATIVE_INFINITY ? 0 : value
}

/** 2/√π ∫₀ˣ e^−t² dt by Simpson's rule. */
function erfByIntegration(x: number): number {
  if (!Number.isFinite(x)) return Math.sign(x)
  const steps = 400
  const h = x / steps
  let sum = 0
  for (let i = 0; i <= steps; i++) {
    const weight = i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2
    sum += weight * Math.exp(-((i * h) ** 2))
  }
  return (2 / Math.sqrt(Math.PI)) * (h / 3) * sum
}

function geluByExp(x: number): number {
  const inner = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)
  return x * (1 - 1 / (Math.exp(2 * inner) + 1))
}
