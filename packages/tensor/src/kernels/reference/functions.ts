import type { CompareName, MapName, ZipName } from '../kernels.js'
import { erf, erfc } from './erf.js'

/** The functions of one number, computed in float64; the kernel rounds the result once. */
export const maps: Record<MapName, (x: number) => number> = {
  neg: (x) => -x,
  abs: Math.abs,
  sign: Math.sign,
  square: (x) => x * x,
  reciprocal: (x) => 1 / x,
  sqrt: Math.sqrt,
  rsqrt: (x) => 1 / Math.sqrt(x),
  exp: Math.exp,
  expm1: Math.expm1,
  log: Math.log,
  log1p: Math.log1p,
  sin: Math.sin,
  cos: Math.cos,
  erf,
  tanh: Math.tanh,
  sigmoid,
  // Written so that NaN stays NaN.
  relu: (x) => (x <= 0 ? 0 : x),
  // x · Φ(x), Φ the normal distribution function (Hendrycks & Gimpel 2016)
  gelu: (x) => times(x, 0.5 * erfc(-x * Math.SQRT1_2)),
  // Their approximation of it, x · ½ (1 + tanh u), u = √(2/π) (x + 0.044715 x³); ½ (1 + tanh u) = σ(2u)
  geluTanh: (x) => times(x, sigmoid(Math.sqrt(8 / Math.PI) * (x + 0.044715 * x * x * x))),
  // log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|): nothing overflows
  softplus: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  silu: (x) => times(x, sigmoid(x)),
}

export const zips: Record<ZipName, (a: number, b: number) => number> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow: (a, b) => a ** b,
  // Math.max and Math.min give NaN when either is NaN, as they should.
  maximum: Math.max,
  minimum: Math.min,
}

export const comparisons: Record<CompareName, (a: number, b: number) => number> = {
  equal: (a, b) => +(a === b),
  notEqual: (a, b) => +(a !== b),
  less: (a, b) => +(a < b),
  lessEqual: (a, b) => +(a <= b),
  greater: (a, b) => +(a > b),
  greaterEqual: (a, b) => +(a >= b),
}

/** The share p of x; where nothing is left of it, 0, though x be −∞. */
function times(x: number, p: number): number {
  return p === 0 ? 0 : x * p
}

/** 1 / (1 + e^−x), through e^−|x| so that nothing overflows. */
function sigmoid(x: number): number {
  const e = Math.exp(-Math.abs(x))
  return x < 0 ? e / (1 + e) : 1 / (1 + e)
}
