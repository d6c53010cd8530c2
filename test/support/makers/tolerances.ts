import type { Mode } from '@unroll/tensor/gpu'

// biome-ignore format: one kind a line
/** Kernels whose results may be equally far from the true values; 'exact' are those that move, compare or choose. */
export type Family =
  | 'exact' | 'add' | 'square' | 'reciprocal' | 'div' | 'sqrt' | 'rsqrt' | 'pow'
  | 'exp' | 'expm1' | 'log' | 'log1p' | 'sin' | 'cos' | 'erf' | 'tanh' | 'sigmoid'
  | 'gelu' | 'geluTanh' | 'softplus' | 'silu' | 'leakyRelu' | 'elu'
  | 'sum' | 'prod' | 'matmul' | 'logSumExp' | 'softmax' | 'logSoftmax'
  | 'crossEntropy' | 'layerNorm' | 'optimizers' | 'sequences'

/**
 * How far a result may be from the true value, which is worked out in float64 from the same float32 operands: so many
 * times 2⁻²³ = 1.2e-7, one unit of float32's last place, of
 *
 * - the value itself;
 * - for sums and matrix products, the sum of the terms' absolute values (Higham 2002, §3.1);
 * - for sin and cos, 1; for what is a logarithm of a sum, 1 + the value;
 * - for geluTanh, the value times 1 + the exponent in it;
 * - for layer norms, optimiser steps and sequences, what `suite/` says there.
 *
 * 0: the float nearest to the true value, to the bit.
 */
export type Tolerances = Readonly<Record<Family, number>>

/** The reference computes in float64 itself, and rounds once. */
export const referenceTolerances: Tolerances = {
  ...{ exact: 0, add: 0, square: 0, reciprocal: 0, div: 0, sqrt: 0, rsqrt: 0, pow: 0 },
  ...{ exp: 0, expm1: 0, log: 0, log1p: 0, sin: 0, cos: 0, erf: 0, tanh: 0, sigmoid: 0 },
  ...{ gelu: 0, geluTanh: 0, softplus: 0, silu: 0, leakyRelu: 0, elu: 0 },
  ...{ sum: 0, prod: 0, matmul: 0, logSumExp: 0, softmax: 0, logSoftmax: 0 },
  ...{ crossEntropy: 0, layerNorm: 0, optimizers: 0, sequences: 0 },
}

/** In float32, sums in float64. (How near the functions are to the last place: wasm/functions.test.ts.) */
export const wasmTolerances: Tolerances = {
  ...{ exact: 0, add: 0, square: 0, reciprocal: 0, div: 0, sqrt: 0, rsqrt: 1, pow: 0 },
  ...{ exp: 1, expm1: 1, log: 1, log1p: 1, sin: 1, cos: 1, erf: 1, tanh: 1.5, sigmoid: 1 },
  ...{ gelu: 3, geluTanh: 1.5, softplus: 1, silu: 1.5, leakyRelu: 1, elu: 1.5 },
  ...{ sum: 0.5, prod: 0.5, matmul: 1, logSumExp: 0.5, softmax: 1.5, logSoftmax: 1 },
  ...{ crossEntropy: 0.5, layerNorm: 1, optimizers: 2, sequences: 4 },
}

/** In float32 throughout. */
const shaded: Tolerances = {
  ...{ exact: 0, add: 0, square: 0, reciprocal: 0, div: 0, sqrt: 0, rsqrt: 1, pow: 1 },
  ...{ exp: 1, expm1: 1, log: 1, log1p: 1.5, sin: 1, cos: 1, erf: 1.5, tanh: 1, sigmoid: 1.5 },
  ...{ gelu: 2.5, geluTanh: 1.5, softplus: 1.5, silu: 1.5, leakyRelu: 1, elu: 1 },
  ...{ sum: 1, prod: 1, matmul: 1, logSumExp: 0.5, softmax: 2.5, logSoftmax: 1.5 },
  ...{ crossEntropy: 1, layerNorm: 1, optimizers: 2, sequences: 3 },
}

export const deviceTolerances: Readonly<Record<Mode, Tolerances>> = {
  webgpu: shaded,
  webgl2: shaded,
  webasm: shaded,
  // gpu.js computes a program in float64 there, and rounds what it gives.
  cpu: {
    ...{ exact: 0, add: 0, square: 0, reciprocal: 0, div: 0, sqrt: 0, rsqrt: 0.5, pow: 0.5 },
    ...{ exp: 0.5, expm1: 1, log: 0.5, log1p: 0.5, sin: 1, cos: 1, erf: 1, tanh: 0.5, sigmoid: 0.5 },
    ...{ gelu: 1, geluTanh: 0.5, softplus: 0.5, silu: 0.5, leakyRelu: 0.5, elu: 0.5 },
    ...{ sum: 0.5, prod: 0.5, matmul: 0.5, logSumExp: 0.5, softmax: 1, logSoftmax: 0.5 },
    ...{ crossEntropy: 0.5, layerNorm: 0.5, optimizers: 1, sequences: 2 },
  },
}
