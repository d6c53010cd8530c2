import type { Variable } from '@unroll/autograd'
import { crossEntropy, mse, type Reduction } from '@unroll/rnn'
import { expect } from 'vitest'
import { goldenTests } from './support/golden.js'

goldenTests(
  'loss',
  ['mse_mean', 'mse_sum', 'mse_none', 'cross_entropy_mean', 'cross_entropy_probs', 'cross_entropy_large'],
  {
    'class weights': ['cross_entropy_weight'],
    'label smoothing': [
      'cross_entropy_smooth',
      'cross_entropy_smooth_weight',
      'cross_entropy_smooth_ignore_weight',
    ],
    'weights of the elements and of yes': ['bce_logits_pos_weight'],
    'other regression losses': ['l1_mean', 'l1_none', 'huber_none'],
    'the Kullback–Leibler divergence': ['kl_div_log_target', 'kl_div_zero_target'],
    CTC: ['ctc_blank_last', 'ctc_concat_targets', 'ctc_variable_sum'],
  },
  (golden) => {
    const reduction = golden.arg<Reduction | undefined>('reduction')
    const [input, target] = [golden.need('input'), golden.need('target')]
    // PyTorch's classes are on axis 1.
    const losses: Record<string, () => Variable> = {
      mse_loss: () => mse(input, target, { reduction }),
      cross_entropy: () => crossEntropy(input, target, { reduction, axis: 1 }),
    }
    const { op = '' } = golden.meta
    expect(losses).toHaveProperty([op])
    golden.check({ value: losses[op]() })
  },
)
