export * from './arithmetic.js'
export * from './compare.js'
export * from './convert.js'
export * from './elementwise.js'
export { gather, indexSelect, scatterAdd } from './indexing.js'
export * from './join.js'
export * from './last-axis.js'
export { layerNorm } from './layer-norm.js'
export * from './matmul.js'
export {
  type Axes,
  all,
  any,
  argmax,
  argmin,
  logSumExp,
  max,
  mean,
  min,
  prod,
  type ReduceOptions,
  std,
  sum,
  type VarianceOptions,
  variance,
} from './reduce.js'
export * from './reshape.js'
export { flip, pad, type SliceSpec, slice } from './slice.js'
