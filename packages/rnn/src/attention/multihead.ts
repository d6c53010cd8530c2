import {
  chunk,
  mean,
  parameter,
  permute,
  reshape,
  squeeze,
  transpose,
  unsqueeze,
  type Variable,
  where,
} from '@unroll/autograd'
import {
  checkNames,
  fail,
  formatShape,
  type OptionNames,
  type Random,
  type Tensor,
  zeros,
} from '@unroll/tensor'
import { xavierUniform } from '../init/xavier.js'
import { asVariable } from '../modules/input.js'
import { Linear, linear } from '../modules/linear.js'
import { Module } from '../modules/module.js'
import {
  checkFlag,
  checkOptions,
  checkProbability,
  checkSize,
  type ParameterOptions,
  parameterOptions,
} from '../modules/options.js'
import { checkMask, keysWithin, type Mask, within } from './mask.js'
import { type AttendOptions, attendOptions, scaledDotProduct } from './scaled-dot-product.js'

export interface MultiheadAttentionOptions extends ParameterOptions {
  /** The features of the keys. Default: embedDim. */
  kdim?: number
  /** The features of the values. Default: embedDim. */
  vdim?: number
  /** Add biases? Default: true. */
  bias?: boolean
  /** Dropout on the weights, in training. Default: 0. */
  dropout?: number
  /** Sequences are `[N, T, …]` (the default), or PyTorch's default layout `[T, N, …]`. */
  batchFirst?: boolean
}

export interface MultiheadOptions extends AttendOptions {
  /** The mean of the heads' weights, `[N, T, S]` (the default), or those of each head, `[N, heads, T, S]`. */
  averageWeights?: boolean
}

const multiheadAttentionOptions: OptionNames<MultiheadAttentionOptions> = {
  ...parameterOptions,
  kdim: true,
  vdim: true,
  bias: true,
  dropout: true,
  batchFirst: true,
}

const multiheadOptions: OptionNames<MultiheadOptions> = { ...attendOptions, averageWeights: true }

/**
 * Multi-head attention (Vaswani et al. 2017, section 3.2.2): scaled dot-product attention in several subspaces
 * at once,
 *
 *     headᵢ = attention(Q Wqᵢ, K Wkᵢ, V Wvᵢ),   output = [head₁ … headₕ] W + b
 *
 *     const attention = new MultiheadAttention(32, 4, { rng: new Random(1) })
 *     const [output, weights] = attention.forward(x, x, x, { lengths }) // x [N, T, 32], weights [N, T, T]
 *
 * Keys, values and gradients are PyTorch's; so is the start, Xavier's uniform for the projections of query, key
 * and value, ±1/√embedDim for that of the output, biases of 0.
 *
 * **Masks say what may be attended to**: true = may be. PyTorch's boolean masks for this module say the
 * opposite, so that its `attn_mask` is `logicalNot(mask)`, and its `key_padding_mask` is `lengths`, or `mask:
 * logicalNot(keyPaddingMask).unsqueeze(1)`.
 */
export class MultiheadAttention extends Module {
  /**
   * Wq, Wk and Wv as one, `[3 · embedDim, embedDim]`, where all three read embedDim features; else there are these:
   */
  readonly inProjWeight: Variable | undefined
  /** `[embedDim, embedDim]` */
  readonly qProjWeight: Variable | undefined
  /** `[embedDim, kdim]` */
  readonly kProjWeight: Variable | undefined
  /** `[embedDim, vdim]` */
  readonly vProjWeight: Variable | undefined
  /** `[3 · embedDim]` */
  readonly inProjBias: Variable | undefined
  readonly outProj: Linear
  readonly kdim: number
  readonly vdim: number
  readonly dropout: number
  readonly batchFirst: boolean
  readonly rng: Random

  /** @throws UnrollError when the heads do not divide embedDim, or an option is not what it should be. */
  constructor(
    readonly embedDim: number,
    readonly numHeads: number,
    options: MultiheadAttentionOptions,
  ) {
    super()
    const op = 'MultiheadAttention'
    checkNames(op, options, multiheadAttentionOptions)
    const { rng, dtype } = checkOptions(op, options)
    checkSize(op, 'embedDim', embedDim)
    checkSize(op, 'numHeads', numHeads)
    if (embedDim % numHeads !== 0) fail(op, `embedDim ${embedDim} is not a multiple of numHeads ${numHeads}`)
    this.kdim = checkSize(op, 'kdim', options.kdim ?? embedDim)
    this.vdim = checkSize(op, 'vdim', options.vdim ?? embedDim)
    this.dropout = checkProbability(op, options.dropout ?? 0)
    this.batchFirst = checkFlag(op, 'batchFirst', options.batchFirst ?? true)
    this.rng = rng

    const draw = (rows: number, columns: number) => parameter(xavierUniform()([rows, columns], rng, dtype))
    if (this.kdim === embedDim && this.vdim === embedDim) {
      this.inProjWeight = draw(3 * embedDim, embedDim)
    } else {
      this.qProjWeight = draw(embedDim, embedDim)
      this.kProjWeight = draw(embedDim, this.kdim)
      this.vProjWeight = draw(embedDim, this.vdim)
    }
    const bias = checkFlag(op, 'bias', options.bias ?? true)
    this.inProjBias = bias ? parameter(zeros([3 * embedDim], { dtype })) : undefined
    this.outProj = new Linear(embedDim, embedDim, { bias, rng, dtype })
    this.outProj.bias?.value.fill(0)
  }

  /**
   * - query `[N, T, embedDim]`, key `[N, S, kdim]`, value `[N, S, vdim]` (`[T, N, …]` with `batchFirst: false`;
   *   without a batch, no N). Left out, the key is the query, and the value is the key.
   * - mask: `[T, S]`, `[N, T, S]` or `[N, heads, T, S]` (without a batch, `[T, S]` or `[heads, T, S]`), each
   *   axis of that length or 1
   * - output `[N, T, embedDim]`, laid out as the query is, and the weights before dropout, which have N first
   *
   * @throws UnrollError when the shapes do not fit, or an option is not what it should be.
   */
  forward(
    query: Variable | Tensor,
    key: Variable | Tensor = query,
    value: Variable | Tensor = key,
    options: MultiheadOptions = {},
  ): [output: Variable, weights: Variable] {
    const op = 'MultiheadAttention'
    checkNames(op, options, multiheadOptions)
    const given = [query, key, value].map((x) => asVariable(op, x))
    const batched = this.#check(given)
    const inputs = given.map((x) => (batched ? (this.batchFirst ? x : transpose(x, 0, 1)) : unsqueeze(x, 0)))
    const [N, T, S] = [inputs[0].shape[0], inputs[0].shape[1], inputs[1].shape[1]]
    const { averageWeights = true, causal, lengths } = options
    checkFlag(op, 'averageWeights', averageWeights)
    let mask =
      options.mask === undefined
        ? undefined
        : checkMask(op, spread(options.mask, batched), [N, this.numHeads, T, S])
    if (lengths !== undefined) {
      const exists = keysWithin(op, lengths, N, S)
      mask = within(exists.reshape([N, 1, 1, S]), mask)
      // What stands beyond the ends, NaN even, must not meet a gradient of 0.
      for (const i of [1, 2]) inputs[i] = where(exists.unsqueeze(2), inputs[i], 0)
    }

    const { weights, biases } = this.#projections()
    const [q, k, v] = inputs.map((x, i) => this.#toHeads(linear(x, weights[i], biases[i])))
    const p = this.training ? this.dropout : 0
    const [heads, each] = scaledDotProduct(q, k, v, { mask, causal, dropout: p, rng: this.rng })

    const output = this.outProj.forward(reshape(permute(heads, [0, 2, 1, 3]), [N, T, this.embedDim]))
    const all = averageWeights ? mean(each, 1) : each
    if (!batched) return [squeeze(output, 0), squeeze(all, 0)]
    return [this.batchFirst ? output : transpose(output, 0, 1), all]
  }

  /** `[N, T, embedDim]` to `[N, heads, T, embedDim / heads]` */
  #toHeads(x: Variable): Variable {
    const [N, T, E] = x.shape
    return permute(reshape(x, [N, T, this.numHeads, E / this.numHeads]), [0, 2, 1, 3])
  }

  /** Those of query, key and value. */
  #projections(): { weights: readonly Variable[]; biases: readonly (Variable | undefined)[] } {
    const { inProjWeight, qProjWeight, kProjWeight, vProjWeight, inProjBias } = this
    const separate = [qProjWeight, kProjWeight, vProjWeight] as Variable[]
    return {
      weights: inProjWeight ? chunk(inProjWeight, 3) : separate,
      biases: inProjBias ? chunk(inProjBias, 3) : [],
    }
  }

  /** True when there is a batch axis. */
  #check(given: readonly Variable[]): boolean {
    const [q, k, v] = given
    const batch = this.batchFirst ? 0 : 1
    const time = this.batchFirst ? q.rank - 2 : 0
    const sizes = [this.embedDim, this.kdim, this.vdim]
    const fits =
      (q.rank === 2 || q.rank === 3) &&
      given.every((x, i) => x.rank === q.rank && x.shape.at(-1) === sizes[i]) &&
      k.shape[time] === v.shape[time] &&
      (q.rank === 2 || given.every((x) => x.shape[batch] === q.shape[batch]))
    if (!fits) {
      const [T, S] = this.batchFirst ? ['N, T', 'N, S'] : ['T, N', 'S, N']
      fail(
        'MultiheadAttention',
        `wants query [${T}, ${sizes[0]}], key [${S}, ${sizes[1]}] and value [${S}, ${sizes[2]}] (without a batch, no N), got ${given.map((x) => formatShape(x.shape)).join(', ')}`,
      )
    }
    return q.rank === 3
  }
}

/** A mask with an axis for the heads (or, without a batch, for the batch), where it has three. */
function spread(mask: Mask, batched: boolean): Mask {
  return mask?.rank === 3 ? mask.unsqueeze(batched ? 1 : 0) : mask
}
