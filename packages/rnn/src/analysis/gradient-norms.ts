import { enableGrad, gradients, type Variable } from '@unroll/autograd'
import { fail, kindOf, sumOfSquares } from '@unroll/tensor'
import type { State } from '../cells/state.js'
import { Recurrent, type Step } from '../layers/recurrent.js'

/** How strongly a loss depends on what one cell carries from step to step. */
export interface StepNorms {
  readonly layer: number
  readonly reverse: boolean
  /** ‖dL/dh_t‖ for each step t of the input, over the whole batch. */
  readonly norms: readonly number[]
}

/**
 * The gradient's norm at every time step of a recurrent layer, for each of its cells. Where it falls towards 0 back in
 * time, what lies there cannot be learnt from; where it grows, it explodes (Bengio et al. 1994; Pascanu et al. 2013). All paths
 * count: through the output at t, and through all later steps.
 *
 *     const [{ norms }] = gradientNorms(lstm, () => crossEntropy(model.forward(x), target))
 *
 * The gradients that parameters have are left alone.
 *
 * @param layer a layer, any within a model
 * @param loss computes the scalar, and in doing so runs the layer once
 * @throws UnrollError when the layer is not run, or more than once, or the loss is not a scalar.
 */
export function gradientNorms<S extends State>(layer: Recurrent<S>, loss: () => Variable): StepNorms[] {
  if (!(layer instanceof Recurrent)) fail('gradientNorms', `wants a recurrent layer, got ${kindOf(layer)}`)
  const steps: Step[] = []
  const y = watching(layer, (step) => void steps.push(step), loss)
  const T = Math.max(0, ...steps.map(({ t }) => t + 1))
  if (steps.length === 0) fail('gradientNorms', 'the loss was computed without running the layer')
  if (steps.length !== layer.cells.length * T)
    fail('gradientNorms', 'the layer was run more than once; wants a loss that runs it once')
  const h = steps.map(({ state }) => state.h)
  const norms = gradients(y, h, { allowUnused: true }).map((dh) => Math.sqrt(sumOfSquares(dh.value).item()))
  // Cells run one after another, each over all steps.
  return layer.cells.map((_, k) => {
    const { layer: at, reverse } = steps[k * T]
    const own = steps.slice(k * T, (k + 1) * T).map(({ t }, i) => [t, norms[k * T + i]])
    return { layer: at, reverse, norms: own.sort(([a], [b]) => a - b).map(([, norm]) => norm) }
  })
}

/** Runs `body`, in which `watcher` sees the steps of the layer. */
function watching<S extends State>(
  layer: Recurrent<S>,
  watcher: (step: Step) => void,
  body: () => Variable,
): Variable {
  const former = layer.onStep
  layer.onStep = watcher
  try {
    return enableGrad(body)
  } finally {
    layer.onStep = former
  }
}
