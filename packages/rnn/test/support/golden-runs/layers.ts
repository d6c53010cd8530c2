import { logicalNot } from '@unroll/autograd'
import { Embedding, LayerNorm, Linear, MultiheadAttention, scaledDotProduct } from '@unroll/rnn'
import { Random } from '@unroll/tensor'
import type { GoldenRun } from '../golden.js'

export const layer: GoldenRun = (golden) => {
  const rng = new Random(0)
  if (golden.meta.module === 'Linear') {
    const linear = new Linear(golden.arg('in_features'), golden.arg('out_features'), { rng })
    golden.fill(linear)
    return golden.claims({ output: linear.forward(golden.need('input')) })
  } else if (golden.meta.module === 'LayerNorm') {
    const eps = golden.arg<number | undefined>('eps')
    const norm = new LayerNorm(golden.arg<number>('normalized_shape'), { eps })
    golden.fill(norm)
    return golden.claims({ output: norm.forward(golden.need('input')) })
  } else if (golden.meta.module === 'MultiheadAttention') {
    const [kdim, vdim] = [golden.arg<number | undefined>('kdim'), golden.arg<number | undefined>('vdim')]
    const options = { kdim, vdim, batchFirst: golden.arg<boolean>('batch_first'), rng }
    const attention = new MultiheadAttention(golden.arg('embed_dim'), golden.arg('num_heads'), options)
    golden.fill(attention)
    const padding = golden.input('key_padding_mask') // true = padding
    const mask = padding && logicalNot(padding).unsqueeze(1)
    const [query, key, value] = [golden.need('query'), golden.input('key'), golden.input('value')]
    const [output, weights] = attention.forward(query, key, value, { mask })
    return golden.claims({ output, attn_weights: weights })
  } else if (golden.meta.op === 'scaled_dot_product_attention') {
    const [query, key, value] = [golden.need('query'), golden.need('key'), golden.need('value')]
    const options = { mask: golden.input('attn_mask'), causal: golden.arg<boolean>('is_causal') }
    const [output] = scaledDotProduct(query, key, value, options)
    return golden.claims({ output })
  } else {
    const paddingIdx = golden.arg<number | undefined>('padding_idx')
    const sizes = [golden.arg<number>('num_embeddings'), golden.arg<number>('embedding_dim')] as const
    const embedding = new Embedding(...sizes, { paddingIdx, rng })
    golden.fill(embedding)
    return golden.claims({ output: embedding.forward(golden.need('input')) })
  }
}
