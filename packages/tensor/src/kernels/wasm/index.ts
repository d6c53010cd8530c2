import type { HostKernels } from '../kernels.js'
import { reference } from '../reference/index.js'
import { copy } from './copy.js'
import { crossEntropy } from './cross-entropy.js'
import { elementwise } from './elementwise.js'
import { gather, scatterAdd } from './indexing.js'
import { argmax, argmin, cumsum, logSoftmax, logSumExp, softmax } from './last-axis.js'
import { layerNorm, layerNormBackward } from './layer-norm.js'
import { matmul } from './matmul/matmul.js'
import { adagrad, adam, rmsprop, sgd, sumOfSquares } from './optimizers.js'
import { max, min, prod, sum } from './reductions.js'
import { sequences } from './sequence/index.js'
import { stepper } from './step/stepper.js'

/**
 * The kernels in WebAssembly with SIMD, for float32. What is of another dtype, too small to be worth the
 * way into linear memory and back, or not written there, the reference does; and so everything where an
 * engine has no SIMD.
 */
export const wasm: HostKernels = {
  ...reference,
  ...elementwise,
  ...sequences,
  name: 'wasm',
  copy,
  matmul,
  stepper,
  sum,
  prod,
  max,
  min,
  logSumExp,
  argmax,
  argmin,
  cumsum,
  softmax,
  logSoftmax,
  gather,
  scatterAdd,
  crossEntropy,
  layerNorm,
  layerNormBackward,
  sgd,
  adam,
  rmsprop,
  adagrad,
  sumOfSquares,
}
