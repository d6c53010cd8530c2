import { fail } from '@unroll/tensor'
import { checkProbability } from '../modules/options.js'

/*
 * How much teacher forcing there is to be at step i of training, when it is to become less (Bengio et al. 2015,
 * section 2.4):
 *
 *     model.forward(source, target, { teacherForcing: inverseSigmoidDecay(i, 500), rng })
 */

/**
 * from − slope · i, but not below `floor`.
 * @throws UnrollError when `from` or `floor` is no probability, or i or the slope negative.
 */
export function linearDecay(
  i: number,
  { from = 1, slope, floor = 0 }: { from?: number; slope: number; floor?: number },
): number {
  checkStep('linearDecay', i)
  checkProbability('linearDecay', from)
  checkProbability('linearDecay', floor)
  if (!(slope >= 0)) fail('linearDecay', `wants a slope that is not negative, got ${slope}`)
  return Math.max(floor, from - slope * i)
}

/** kⁱ, with k in 0 … 1. @throws UnrollError when it is not, or i is negative. */
export function exponentialDecay(i: number, k: number): number {
  checkStep('exponentialDecay', i)
  return checkProbability('exponentialDecay', k) ** i
}

/**
 * k / (k + e^(i/k)), with k ≥ 1: near 1 for a while, then 0.
 * @throws UnrollError when k is less, or i is negative.
 */
export function inverseSigmoidDecay(i: number, k: number): number {
  checkStep('inverseSigmoidDecay', i)
  if (!(k >= 1)) fail('inverseSigmoidDecay', `wants k ≥ 1, got ${k}`)
  return k / (k + Math.exp(i / k))
}

function checkStep(op: string, i: number): void {
  if (!(i >= 0)) fail(op, `wants a step of training from 0 on, got ${i}`)
}
