import { Embedding, LayerNorm, Linear } from '@unroll/rnn'
import { Random, tensor } from '@unroll/tensor'
import { Tagger } from './models.js'
import { nameOf, pythonic, type Twin } from './twin.js'

/** Modules of which a few will do. */
export const others: readonly Twin[] = [true, false].flatMap((bias): Twin[] => {
  const rng = new Random(3)
  return [
    {
      name: nameOf('Linear', { bias }),
      module: 'Linear',
      args: { in_features: 3, out_features: 4, bias },
      dtype: 'float32',
      inputs: { input: rng.normal([2, 5, 3]) },
      make: (rng) => new Linear(3, 4, { bias, rng }),
      run: (module, { input }) => ({ output: (module as Linear).forward(input) }),
    },
    {
      name: nameOf('LayerNorm', { normalizedShape: bias ? '[3, 4]' : '[4]', elementwiseAffine: bias }),
      module: 'LayerNorm',
      args: { normalized_shape: bias ? [3, 4] : [4], eps: bias ? 1e-3 : 1e-5, elementwise_affine: bias },
      dtype: 'float32',
      inputs: { input: rng.normal([2, 3, 4]) },
      make: () => new LayerNorm(bias ? [3, 4] : 4, { eps: bias ? 1e-3 : 1e-5, elementwiseAffine: bias }),
      run: (module, { input }) => ({ output: (module as LayerNorm).forward(input) }),
    },
  ]
})

export const embeddings: readonly Twin[] = [undefined, 0, -2].map((paddingIdx) => ({
  name: nameOf('Embedding', { paddingIdx }),
  module: 'Embedding',
  args: pythonic({ numEmbeddings: 5, embeddingDim: 3, ...(paddingIdx !== undefined && { paddingIdx }) }),
  dtype: 'float32',
  inputs: {
    input: tensor(
      [
        [0, 3, 3, 4],
        [1, 0, 0, 3],
      ],
      { dtype: 'int32' },
    ),
  },
  make: (rng) => new Embedding(5, 3, { ...(paddingIdx !== undefined && { paddingIdx }), rng }),
  run: (module, { input }) => ({ output: (module as Embedding).forward(input) }),
}))

/** All of these together. */
export const models: readonly Twin[] = (['float32', 'float64'] as const).map((dtype) => ({
  name: nameOf('a whole model', { dtype }),
  module: 'Tagger',
  args: { symbols: 7, features: 4, hidden: 3 },
  dtype,
  inputs: {
    input: tensor(
      [
        [1, 2, 6, 0, 0],
        [3, 3, 5, 4, 1],
      ],
      { dtype: 'int32' },
    ),
  },
  make: (rng) => new Tagger(7, 4, 3, { rng, dtype }),
  run(module, { input }) {
    const [tags, marks] = (module as Tagger).forward(input.value)
    return { tags, marks }
  },
}))
