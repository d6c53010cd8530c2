import { Embedding, Linear } from '@unroll/rnn'
import { Random } from '@unroll/tensor'
import { goldenTests } from './support/golden.js'

goldenTests(
  'layer',
  ['linear_2d', 'linear_3d', 'embedding_basic', 'embedding_padding_neg'],
  {
    'layer normalisation': ['layernorm_1d', 'layernorm_eps'],
    attention: ['mha_cross', 'mha_kdim_vdim', 'mha_key_padding', 'sdpa_bool_mask', 'sdpa_causal_heads'],
  },
  (golden) => {
    const rng = new Random(0)
    if (golden.meta.module === 'Linear') {
      const linear = new Linear(golden.arg('in_features'), golden.arg('out_features'), { rng })
      golden.fill(linear)
      golden.check({ output: linear.forward(golden.need('input')) })
    } else {
      const paddingIdx = golden.arg<number | undefined>('padding_idx')
      const sizes = [golden.arg<number>('num_embeddings'), golden.arg<number>('embedding_dim')] as const
      const embedding = new Embedding(...sizes, { paddingIdx, rng })
      golden.fill(embedding)
      golden.check({ output: embedding.forward(golden.need('input')) })
    }
  },
)
