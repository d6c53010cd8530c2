import { sizeOf } from '../../../shape.js'
import { reference } from '../../reference/index.js'
import type { SequenceInput, SequenceKernel, SequenceName } from '../../sequence.js'
import { type Engine, engineFor } from '../engine.js'
import { backward } from './backward.js'
import { forward } from './forward.js'
import { layerOf } from './layer.js'
import { Trace } from './trace.js'

/** The fused sequence kernels: see ../../reference/sequence for what they compute. */
export const sequences: Record<SequenceName, SequenceKernel> = {
  rnnTanh: kernel('rnnTanh'),
  rnnRelu: kernel('rnnRelu'),
  lstm: kernel('lstm'),
  gru: kernel('gru'),
}

function kernel(name: SequenceName): SequenceKernel {
  return {
    forward(input, save) {
      const engine = engineOf(input, 1)
      if (!engine) return reference[name].forward(input, save)
      return forward(engine, layerOf(name, input, engine.threads), input, save)
    },

    backward(input, saved, gradients, wantX) {
      const engine = saved instanceof Trace ? engineOf(input, 2) : undefined
      if (!engine) return reference[name].backward(input, saved, gradients, wantX)
      return backward(engine, layerOf(name, input, engine.threads), input, saved as Trace, gradients, wantX)
    },
  }
}

/** Undefined where the reference is to do it: what is not of float32, or empty. */
function engineOf({ x, weightIh, weightHh }: SequenceInput, passes: number): Engine | undefined {
  const [B, T] = x.shape
  const products = B * T * (sizeOf(weightIh.shape) + sizeOf(weightHh.shape))
  if (products === 0 || !(x.storage.data instanceof Float32Array)) return undefined
  return engineFor(passes * 2 * products)
}
