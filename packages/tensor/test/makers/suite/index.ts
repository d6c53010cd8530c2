import type { Kernels } from '@unroll/tensor'
import type { KernelCase } from '../kernel-case.js'
import { copies } from './copies.js'
import { elementwise } from './elementwise.js'
import { indexing } from './indexing.js'
import { alongLastAxis } from './last-axis.js'
import { layerNorms } from './layer-norms.js'
import { losses } from './losses.js'
import { matrixProduct } from './matmul.js'
import { optimizers } from './optimizers.js'
import { reductions } from './reductions.js'
import { sequences } from './sequences.js'

/** All kernels but for the stepper, which runs on the host whoever made it: a forgotten one is an error of types. */
type KernelName = Exclude<keyof Kernels, 'name' | 'upload' | 'assert' | 'workspace' | 'tracer' | 'stepper'>

export const kernelCases: Record<KernelName, KernelCase> = {
  ...elementwise,
  ...copies,
  ...reductions,
  ...alongLastAxis,
  ...matrixProduct,
  ...indexing,
  ...losses,
  ...layerNorms,
  ...optimizers,
  ...sequences,
}
