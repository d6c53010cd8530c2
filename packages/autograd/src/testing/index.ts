/**
 * For property tests of whatever is differentiated: the arbitraries of `@unroll/tensor/testing`, random
 * expressions, and an assertion that gradients are right for everything that an arbitrary draws.
 *
 * @example
 * checkGradients(tensors({ dtype: 'float64' }).map((x) => ({ f: swish, inputs: [x] })))
 */
export * from '@unroll/tensor/testing'
export { checkGradients, type GradientCase } from './check-gradients.js'
export { type Expression, type ExpressionOptions, expressions } from './expressions.js'
