import { stack, type Variable } from '@unroll/autograd'
import { argmax, fail, type OptionNames, Random, type Tensor, tensor, where } from '@unroll/tensor'
import { sample } from '../inference/sample.js'
import { checkProbability } from '../modules/options.js'
import type { DecoderOutput, DecoderState } from './decoder.js'

export interface FeedbackOptions {
  /**
   * With what probability a step reads the true symbol, and not what the model itself made of the step before.
   * Default: 1.
   */
  teacherForcing?: number
  /** What the model makes of a step: its likeliest symbol (the default), or one drawn from its distribution. */
  feedback?: 'argmax' | 'sample'
  /** Draws which are read, and from distributions. */
  rng?: Random
}

export const feedbackOptions: OptionNames<FeedbackOptions> = {
  teacherForcing: true,
  feedback: true,
  rng: true,
}

/**
 * Steps through symbols int32 `[N, T]` by teacher forcing (Williams & Zipser 1989), or by scheduled sampling
 * (Bengio et al. 2015): for each step after the first and each sequence a coin is thrown, whether to read the
 * true symbol, or what the model would have written there. The gradient does not go through that choice.
 */
export function unrollSteps(
  step: (symbols: Tensor, state: DecoderState) => DecoderOutput,
  symbols: Tensor,
  start: DecoderState,
  options: FeedbackOptions,
): DecoderOutput {
  const { teacherForcing = 1, rng } = options
  const logits: Variable[] = []
  const weights: Variable[] = []
  let state = start
  for (let t = 0; t < symbols.shape[1]; t++) {
    let read = symbols.slice(null, t)
    if (t > 0 && rng && teacherForcing < 1) {
      const forced = rng.bernoulli(read.shape, teacherForcing)
      read = where(forced, read, written(logits[t - 1].value, options))
    }
    const next = step(read, state)
    state = next.state
    logits.push(next.logits)
    if (next.weights) weights.push(next.weights)
  }
  return {
    logits: stack(logits, 1),
    state,
    ...(weights.length > 0 && { weights: stack(weights, 1) }),
  }
}

/** True under full teacher forcing. @throws UnrollError when an option is not what it should be. */
export function readsAll(
  op: string,
  { teacherForcing = 1, feedback = 'argmax', rng }: FeedbackOptions,
): boolean {
  checkProbability(op, teacherForcing)
  if (feedback !== 'argmax' && feedback !== 'sample')
    fail(op, `feedback is argmax or sample, got ${String(feedback)}`)
  if (teacherForcing < 1 && !(rng instanceof Random))
    fail(op, 'teacherForcing below 1 wants { rng }, the generator that draws what is read')
  return teacherForcing === 1
}

/** What the model writes by logits `[N, V]`: int32 `[N]` */
function written(logits: Tensor, { feedback, rng }: FeedbackOptions): Tensor {
  if (feedback !== 'sample') return argmax(logits, -1)
  logits.dataFor("feedback: 'sample'") // an error that says so where they are on a device
  const rows = logits.toArray() as number[][]
  return tensor(
    rows.map((row) => sample(row, { rng: rng as Random })),
    { dtype: 'int32' },
  )
}
