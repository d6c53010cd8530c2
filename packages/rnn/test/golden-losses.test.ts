import { logSoftmax, type Variable } from '@unroll/autograd'
import { bceWithLogits, crossEntropy, huber, klDiv, l1, mse, type Reduction } from '@unroll/rnn'
import { expect } from 'vitest'
import { goldenTests } from './support/golden.js'

goldenTests(
  'loss',
  [
    'mse_mean',
    'mse_sum',
    'mse_none',
    'l1_mean',
    'l1_none',
    'huber_none',
    'cross_entropy_mean',
    'cross_entropy_weight',
    'cross_entropy_smooth',
    'cross_entropy_smooth_weight',
    'cross_entropy_smooth_ignore_weight',
    'cross_entropy_probs',
    'cross_entropy_large',
    'bce_logits_pos_weight',
    'kl_div_zero_target',
    'kl_div_log_target',
  ],
  { CTC: ['ctc_blank_last', 'ctc_concat_targets', 'ctc_variable_sum'] },
  (golden) => {
    const reduction = golden.arg<Reduction | 'batchmean' | undefined>('reduction')
    const each = { reduction: reduction === 'batchmean' ? undefined : reduction }
    const target = golden.need('target')
    const weights = { weight: golden.tensors['in.weight'], posWeight: golden.tensors['in.pos_weight'] }
    const losses: Record<string, () => Variable> = {
      mse_loss: () => mse(golden.need('input'), target, each),
      l1_loss: () => l1(golden.need('input'), target, each),
      huber_loss: () => huber(golden.need('input'), target, { ...each, delta: golden.arg('delta') }),
      // PyTorch's classes are on axis 1.
      cross_entropy: () => {
        const labelSmoothing = golden.arg<number | undefined>('label_smoothing')
        return crossEntropy(golden.need('input'), target, { ...each, ...weights, labelSmoothing, axis: 1 })
      },
      binary_cross_entropy_with_logits: () =>
        bceWithLogits(golden.need('input'), target, { ...each, ...weights }),
      kl_div: () =>
        klDiv(logSoftmax(golden.need('logits')), target, {
          reduction: reduction === 'batchmean' ? 'batchMean' : reduction,
          logTarget: golden.arg('log_target'),
        }),
    }
    const { op = '' } = golden.meta
    expect(losses).toHaveProperty([op])
    golden.check({ value: losses[op]() })
  },
)
