// What the host can call: see the files for what each does. Pointers are bytes into linear memory.
export {
  abs, clamp, cos, elu, erf, exp, expm1, firstTooLarge, gelu, geluTanh, leakyRelu, log, log1p, neg,
  reciprocal, relu, rsqrt, sigmoid, sign, silu, sin, softplus, sqrt, square, tanh,
} from './elementwise'
export {
  add, div, equal, greater, greaterEqual, isFinite, less, lessEqual, maximum, minimum, mul,
  notEqual, repeat, sub, where,
} from './elementwise-pairs'
export { addRows } from './indexing'
export { layerNorm, layerNormBackward } from './layer-norm'
export { dots, gemm, gemmTask, multiply, packColumns, packInto, packRows, rowTimes } from './matmul'
export { adagrad, adam, rmsprop, sgd } from './optimizers'
export { demote, reduce, startTotals, sumOfSquares } from './reductions'
export { argmax, argmin, crossEntropy, cumsum, logSoftmax, logSumExp, softmax } from './rows'
export { sequenceBackward, sequenceWeights } from './sequence/backward'
export { sequenceForward } from './sequence/forward'
export { stepGru, stepLstm, stepRnnRelu, stepRnnTanh } from './step/cells'
export { matvec, matvecPanel } from './step/matvec'

/** Where the memory that the kernels do not use themselves begins. */
export function heapBase(): usize {
  return __heap_base
}
