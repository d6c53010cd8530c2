import { fail, kindOf, Tensor, zeros } from '@unroll/tensor'
import { Recurrent } from '../../layers/recurrent.js'
import { Embedding } from '../../modules/embedding.js'
import { Linear } from '../../modules/linear.js'
import type { Module } from '../../modules/module.js'

/** What `forward` is called with: a tensor, a list of arguments, or a function that does the calling. */
export type SummaryInput = Tensor | readonly unknown[] | (() => unknown)

/** A function that runs the model on what it takes. */
export function inputFor(
  model: Module,
  batch: number,
  time: number,
  input: SummaryInput = guess(model, batch, time),
): () => unknown {
  if (typeof input === 'function') return input as () => unknown
  const args = input instanceof Tensor ? [input] : input
  if (!Array.isArray(args))
    fail('summary', `wants input as a tensor, a list or a function, got ${kindOf(input)}`)
  const { forward } = model as { forward?: (...args: readonly unknown[]) => unknown }
  if (!forward)
    fail('summary', `${model.constructor.name} has no forward; let input be a function that runs it`)
  return () => forward.apply(model, args)
}

/** What the first module that takes something takes: it is the one that the input goes to, as models are written. */
function guess(model: Module, B: number, T: number): SummaryInput {
  for (const module of model.modules()) {
    if (module instanceof Embedding) return zeros([B, T], { dtype: 'int32' })
    if (module instanceof Linear) return zeros([B, T, module.inFeatures])
    if (module instanceof Recurrent)
      return zeros(module.batchFirst ? [B, T, module.inputSize] : [T, B, module.inputSize])
  }
  return fail(
    'summary',
    'wants { input }: there is no Embedding, layer or Linear in the model to tell what it takes',
  )
}
