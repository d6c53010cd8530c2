import { Variable } from '@unroll/autograd'
import { div, fail, kindOf } from '@unroll/tensor'
import { clipGradNorm, clipGradValue } from '../optim/clip.js'
import { numberIn } from './on-host.js'
import type { Outcome } from './outcome.js'
import type { TrainingRun } from './training-run.js'

/** How gradients are clipped: to a norm (a number says the same), each element to a value, or as a function does it. */
export type Clip =
  | number
  | { norm: number }
  | { value: number }
  | ((parameters: readonly Variable[]) => unknown)

export interface Stepping {
  clip?: Clip
  scheduleEvery?: 'epoch' | 'step'
}

/** One step of the optimiser (and of a schedule that counts these), by the mean of the gradients of the batches since the last one. */
export async function takeStep(run: TrainingRun, { clip, scheduleEvery }: Stepping): Promise<void> {
  const { optimizer, pendingWeight, memory } = run
  const { parameters } = optimizer
  if (pendingWeight !== 1)
    memory.run(() => {
      for (const p of parameters) if (p.grad) p.grad = new Variable(div(p.grad.value, pendingWeight))
    })
  const norm = await clipGradients(run, clip)
  if (!Number.isFinite(norm))
    fail(
      'fit',
      `the norm of the gradient is ${norm} ${run.where()}; the weights are as they were before that step (a smaller learning rate may help)`,
    )
  memory.run(() => optimizer.step())
  if (scheduleEvery === 'step') run.schedule?.step()
  forgetGradients(run)
  run.norms += norm
  run.steps++
}

/** Adds the gradient of a batch to those that wait for a step. A batch that is a step alone needs no weight. */
export function addGradient(run: TrainingRun, { loss, count = 1 }: Outcome, accumulate: number): void {
  const weight = accumulate === 1 && run.pending === 0 ? 1 : count
  run.memory.run(() => loss.backward(weight))
  run.pending++
  run.pendingWeight += weight
}

/** Checks a loss before anything is made of it. */
export function checkLoss(run: TrainingRun, loss: number): void {
  if (!Number.isFinite(loss))
    fail(
      'fit',
      `the loss is ${loss} ${run.where()}; the weights are as they were before that step (a smaller learning rate, or clipping, may help)`,
    )
}

/** Of all parameters, trained or not: backward leaves gradients in every one. */
export function forgetGradients(run: TrainingRun): void {
  for (const parameter of run.parameters) parameter.zeroGrad()
  run.pending = 0
  run.pendingWeight = 0
}

/** Gives the norm before clipping. */
async function clipGradients({ optimizer, memory }: TrainingRun, clip: Clip | undefined): Promise<number> {
  const { parameters } = optimizer
  const toNorm = (most: number) => numberIn(memory.run(() => clipGradNorm(parameters, most)))
  if (typeof clip === 'number') return toNorm(clip)
  if (typeof clip === 'object' && 'norm' in clip) return toNorm(clip.norm)
  const norm = await toNorm(Number.POSITIVE_INFINITY)
  if (clip === undefined || !Number.isFinite(norm)) return norm
  memory.run(() => {
    if (typeof clip === 'function') clip(parameters)
    else clipGradValue(parameters, clip.value)
  })
  return norm
}

/** @throws UnrollError when it does not say how gradients are to be clipped. */
export function checkClip(clip: Clip | undefined): void {
  if (clip === undefined || typeof clip === 'function') return
  if (typeof clip === 'object' && clip !== null && Object.keys(clip).length !== 1)
    fail('fit', `clip is by norm or by value, got { ${Object.keys(clip).join(', ')} }`)
  const limit = typeof clip === 'object' && clip !== null ? ('norm' in clip ? clip.norm : clip.value) : clip
  if (!(typeof limit === 'number' && limit >= 0))
    fail('fit', `clip is a number ≥ 0, { norm } or { value } with one, or a function, got ${kindOf(clip)}`)
}
