import { type Index, indexSelect, parameter, reshape, Variable, where } from '@unroll/autograd'
import {
  checkNames,
  fail,
  flatten,
  kindOf,
  notEqual,
  type OptionNames,
  Tensor,
  unsqueeze,
} from '@unroll/tensor'
import type { Initializer } from '../init/initializer.js'
import { normal } from '../init/normal.js'
import { drawn } from './drawn.js'
import { checkIndices } from './input.js'
import { Module } from './module.js'
import { checkOptions, checkSize, type ParameterOptions, parameterOptions } from './options.js'

export interface EmbeddingOptions extends ParameterOptions {
  /** An index (negative: from the end) whose vector starts as zeros and takes no gradient. */
  paddingIdx?: number
  /** Draws the weight `[count, dim]`. Default: PyTorch's, standard normal; smaller vectors overfit less where many are rare. */
  init?: Initializer
}

const embeddingOptions: OptionNames<EmbeddingOptions> = { ...parameterOptions, paddingIdx: true, init: true }

/**
 * A table of vectors: indices `[…]` (int32, 0 … count − 1) to vectors `[…, dim]`. PyTorch calls the sizes
 * `num_embeddings` and `embedding_dim`.
 *
 * The vectors start standard normal, as PyTorch's do, unless `init` says otherwise.
 */
export class Embedding extends Module {
  /** `[count, dim]` */
  readonly weight: Variable
  readonly paddingIdx: number | undefined

  constructor(
    readonly count: number,
    readonly dim: number,
    options: EmbeddingOptions,
  ) {
    super()
    checkNames('Embedding', options, embeddingOptions)
    const { rng, dtype } = checkOptions('Embedding', options)
    checkSize('Embedding', 'count', count)
    checkSize('Embedding', 'dim', dim)
    const { paddingIdx } = options
    if (
      paddingIdx !== undefined &&
      !(Number.isInteger(paddingIdx) && paddingIdx >= -count && paddingIdx < count)
    )
      fail('Embedding', `paddingIdx is out of range: ${paddingIdx} (want ${-count} … ${count - 1})`)
    this.paddingIdx = paddingIdx !== undefined && paddingIdx < 0 ? paddingIdx + count : paddingIdx
    this.weight = parameter(drawn('Embedding: init', options.init ?? normal(1), [count, dim], { rng, dtype }))
    if (this.paddingIdx !== undefined) this.weight.value.slice(this.paddingIdx).fill(0)
  }

  /** @throws UnrollError when an index is not an int32 in range. */
  forward(indices: Index): Variable {
    const index = indices instanceof Variable ? indices.value : indices
    if (!(index instanceof Tensor) || index.dtype !== 'int32')
      fail(
        'Embedding',
        `wants indices of dtype int32, got ${index instanceof Tensor ? index.dtype : kindOf(index)}`,
      )
    checkIndices('Embedding', 'index', index, this.count)
    const flat = index.rank === 0 ? index.reshape([1]) : flatten(index)
    let vectors = indexSelect(this.weight, 0, flat)
    if (this.paddingIdx !== undefined)
      vectors = where(unsqueeze(notEqual(flat, this.paddingIdx), 1), vectors, vectors.detach())
    return reshape(vectors, [...index.shape, this.dim])
  }
}
