import { fail } from '../errors.js'
import type { DeviceArray } from '../kernels/elements.js'
import type { Kernels } from '../kernels/kernels.js'
import type { Executor } from './executor.js'
import { copying } from './programs/copy.js'
import { crossEntropies } from './programs/cross-entropy.js'
import { elementwise } from './programs/elementwise.js'
import { indexing } from './programs/indexing.js'
import { alongLastAxis } from './programs/last-axis.js'
import { layerNorms } from './programs/layer-norm.js'
import { matrixProduct } from './programs/matmul.js'
import { optimizers } from './programs/optimizers.js'
import { reductions } from './programs/reductions.js'
import { sequences } from './programs/sequence/index.js'

/** Every kernel as programs for an executor: one set, whether they are run at once or compiled into a step. */
export function kernelsOver(executor: Executor): Kernels<DeviceArray> {
  return {
    name: executor.name,
    ...elementwise(executor),
    ...copying(executor),
    ...reductions(executor),
    ...alongLastAxis(executor),
    ...matrixProduct(executor),
    ...indexing(executor),
    ...crossEntropies(executor),
    ...layerNorms(executor),
    ...optimizers(executor),
    ...sequences(executor),
    stepper: () =>
      fail('stepper', `a session runs on the host, but the kernels in force are ${executor.name}`),
  }
}
