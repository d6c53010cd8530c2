import { logSoftmax, type Variable } from '@unroll/autograd'
import { bceWithLogits, crossEntropy, ctc, huber, klDiv, l1, mse, type Reduction } from '@unroll/rnn'
import { expect } from 'vitest'
import type { GoldenRun } from '../golden.js'

export const loss: GoldenRun = (golden) => {
  const reduction = golden.arg<Reduction | 'batchmean' | undefined>('reduction')
  const each = { reduction: reduction === 'batchmean' ? undefined : reduction }
  const pair = () => [golden.need('input'), golden.need('target')] as const
  const weights = { weight: golden.tensors['in.weight'], posWeight: golden.tensors['in.pos_weight'] }
  const losses: Record<string, () => Variable> = {
    mse_loss: () => mse(...pair(), each),
    l1_loss: () => l1(...pair(), each),
    huber_loss: () => huber(...pair(), { ...each, delta: golden.arg('delta') }),
    // PyTorch's classes are on axis 1; those of −100 it ignores.
    cross_entropy: () => {
      const labelSmoothing = golden.arg<number | undefined>('label_smoothing')
      const [logits, target] = pair()
      const ignored = target.dtype === 'int32' && { ignoreIndex: -100 }
      return crossEntropy(logits, target, { ...each, ...weights, labelSmoothing, ...ignored, axis: 1 })
    },
    binary_cross_entropy_with_logits: () => bceWithLogits(...pair(), { ...each, ...weights }),
    kl_div: () =>
      klDiv(logSoftmax(golden.need('logits')), golden.need('target'), {
        reduction: reduction === 'batchmean' ? 'batchMean' : reduction,
        logTarget: golden.arg('log_target'),
      }),
    // PyTorch's time is on axis 0.
    ctc_loss: () =>
      ctc(logSoftmax(golden.need('logits')), golden.need('targets').value, {
        ...each,
        inputLengths: golden.tensor('in.input_lengths'),
        targetLengths: golden.tensor('in.target_lengths'),
        blank: golden.arg('blank'),
        batchFirst: false,
      }),
  }
  const { op = '' } = golden.meta
  expect(losses).toHaveProperty([op])
  return golden.claims({ value: losses[op]() })
}
