import { mapValues } from '../../map-values.js'
import type { HostKernels, MapKernel, ZipKernel } from '../kernels.js'
import { crossEntropy } from './cross-entropy.js'
import { concat, copy, map, put, where, zip } from './elementwise.js'
import { comparisons, maps, zips } from './functions.js'
import { gather, scatterAdd } from './indexing.js'
import { argmax, argmin, cumsum, logSoftmax, softmax } from './last-axis.js'
import { layerNorm, layerNormBackward } from './layer-norm.js'
import { matmul } from './matmul.js'
import { adagrad, adam, rmsprop, sgd, sumOfSquares } from './optimizers.js'
import { reductions } from './reductions.js'
import { sequences } from './sequence/index.js'
import { stepper } from './step/stepper.js'

/** The kernels as plain loops, written to be read: the truth that the fast ones are tested against. */
export const reference: HostKernels = {
  name: 'reference',
  ...mapValues(maps, (f): MapKernel => map(f)),
  ...mapValues(zips, (f): ZipKernel => zip(f)),
  ...mapValues(comparisons, (f): ZipKernel => zip(f, 'bool')),
  ...reductions,
  ...sequences,
  copy,
  put,
  concat,
  leakyRelu: (x, slope) => map((v) => (v > 0 ? v : slope * v))(x),
  elu: (x, alpha) => map((v) => (v > 0 ? v : alpha * Math.expm1(v)))(x),
  clamp: (x, low, high) => map((v) => Math.min(Math.max(v, low), high))(x),
  isFinite: map((v) => +Number.isFinite(v), 'bool'),
  where,
  argmax,
  argmin,
  cumsum,
  softmax,
  logSoftmax,
  matmul,
  gather,
  scatterAdd,
  stepper,
  crossEntropy,
  layerNorm,
  layerNormBackward,
  sgd,
  adam,
  rmsprop,
  adagrad,
  sumOfSquares,
}
