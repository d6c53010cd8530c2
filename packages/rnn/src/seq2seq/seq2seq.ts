import type { Variable } from '@unroll/autograd'
import { checkNames, concat, fail, formatShape, full, kindOf, type OptionNames, Tensor } from '@unroll/tensor'
import type { State } from '../cells/state.js'
import type { Start } from '../decoding/step.js'
import type { Lengths } from '../layers/lengths.js'
import { Module } from '../modules/module.js'
import { AttentionDecoder } from './attention-decoder.js'
import { Bridge, handover } from './bridge.js'
import { Decoder, type DecoderOutput, type DecoderState } from './decoder.js'
import { Encoder } from './encoder.js'
import { type FeedbackOptions, feedbackOptions } from './scheduled-sampling.js'

export interface Seq2SeqOptions {
  /** The symbol that the decoder reads first, before it has written any. */
  startSymbol: number
  /**
   * From the encoder's last state to the decoder's first. Default: it is handed over as it is, for which layers
   * and sizes must be the same; false: the decoder starts from zeros.
   */
  bridge?: Bridge | false
}

export interface Seq2SeqForwardOptions extends FeedbackOptions {
  /** How long each source is, from 1 to S: see `Recurrent`. */
  sourceLengths?: Lengths
}

const seq2seqOptions: OptionNames<Seq2SeqOptions> = { startSymbol: true, bridge: true }

const forwardOptions: OptionNames<Seq2SeqForwardOptions> = { ...feedbackOptions, sourceLengths: true }

/**
 * Sequence to sequence (Sutskever et al. 2014; with attention: Bahdanau et al. 2015): an encoder reads the
 * source, a decoder writes the target.
 *
 *     const encoder = new Encoder(new Embedding(30, 16, { rng }), new GRU(16, 32, { bidirectional: true, rng }))
 *     const layer = new GRU(16, 32, { rng })
 *     const attention = new GeneralAttention(32, 64, { rng })
 *     const decoder = new LuongDecoder({ embedding: new Embedding(12, 16, { rng }), layer, attention, symbols: 12, rng })
 *     const bridge = new Bridge(encoder.layer, decoder.layer, { rng })
 *     const model = new Seq2Seq(encoder, decoder, { startSymbol: 0, bridge })
 *
 *     const { logits, weights } = model.forward(source, target, { sourceLengths }) // to train
 *     crossEntropy(logits, target)
 *     decode(model.step, model.start(source, { lengths }), { endSymbol: 1, maxLength: 50 }) // to use
 */
export class Seq2Seq<Source = Tensor> extends Module {
  readonly startSymbol: number
  readonly bridge: Bridge | undefined
  readonly #handOver: (end: State, batch: number) => readonly State[]

  /** @throws UnrollError when the parts do not fit each other. */
  constructor(
    readonly encoder: Encoder<Source>,
    readonly decoder: Decoder,
    options: Seq2SeqOptions,
  ) {
    super()
    checkNames('Seq2Seq', options, seq2seqOptions)
    const { startSymbol, bridge } = options ?? {}
    if (!(encoder instanceof Encoder)) fail('Seq2Seq', `wants an Encoder, got ${kindOf(encoder)}`)
    if (!(decoder instanceof Decoder)) fail('Seq2Seq', `wants a Decoder, got ${kindOf(decoder)}`)
    const { layer } = decoder
    if (!(Number.isInteger(startSymbol) && startSymbol >= 0))
      fail('Seq2Seq', `wants { startSymbol }, the index of a symbol, got ${kindOf(startSymbol)}`)
    if (decoder instanceof AttentionDecoder && decoder.attention.memorySize !== encoder.outputSize)
      fail(
        'Seq2Seq',
        `the encoder gives ${encoder.outputSize} features a step, and the attention of the decoder reads memories of ${decoder.attention.memorySize}`,
      )
    if (bridge !== undefined && bridge !== false && !(bridge instanceof Bridge))
      fail('Seq2Seq', `bridge is a Bridge or false, got ${kindOf(bridge)}`)
    if (bridge && !bridge.joins(encoder.layer, layer))
      fail(
        'Seq2Seq',
        'wants a bridge from the layer of the encoder to that of the decoder, got one between others',
      )
    this.startSymbol = startSymbol
    this.bridge = bridge || undefined
    if (bridge === false) this.#handOver = (_, batch) => layer.cells.map((cell) => cell.zeroState(batch))
    else if (bridge) this.#handOver = (end) => bridge.forward(end)
    else this.#handOver = handover(encoder.layer, layer)
  }

  /**
   * What the model makes of a target that is known, for training: from a source `[B, S]` (what the encoder's
   * embedding takes) and a target, int32 `[B, T]`, the logits `[B, T, symbols]` of each symbol of the target,
   * from the source and the symbols before it; and with attention, its weights `[B, T, S]`.
   *
   * Targets of different lengths are padded with any symbol: what stands behind does not change what is before
   * it, and is for the loss to leave out.
   * @throws UnrollError when source, lengths or target are not what they should be, or an option is not.
   */
  forward(
    source: Source,
    target: Tensor,
    options: Seq2SeqForwardOptions = {},
  ): { logits: Variable; weights?: Variable } {
    checkNames('Seq2Seq', options, forwardOptions)
    const { sourceLengths, ...feedback } = options
    const { symbols, state } = this.start(source, { lengths: sourceLengths })
    const B = symbols.shape[0]
    if (!(target instanceof Tensor) || target.dtype !== 'int32' || target.rank !== 2 || target.shape[0] !== B)
      fail(
        'Seq2Seq',
        `wants a target [${B}, T] int32, got ${target instanceof Tensor ? `${formatShape(target.shape)} ${target.dtype}` : kindOf(target)}`,
      )
    if (target.shape[1] === 0) fail('Seq2Seq', 'the target is empty: it has 0 steps')
    const read = concat([symbols.unsqueeze(1), target.slice(null, [0, -1])], 1)
    const { logits, weights } = this.decoder.forward(read, state, feedback)
    return { logits, ...(weights && { weights }) }
  }

  /** Where the functions of decoding start from: the source is read, and B start symbols are to be continued. */
  start(
    source: Source,
    options: { lengths?: Lengths } = {},
  ): Start<DecoderState> & { readonly symbols: Tensor } {
    checkNames('Seq2Seq', options, { lengths: true })
    const [memory, end] = this.encoder.forward(source, options)
    const B = memory.shape[0]
    return {
      symbols: full([B], this.startSymbol, { dtype: 'int32' }),
      state: this.decoder.start(this.#handOver(end, B), memory, options),
    }
  }

  /**
   * One step of the decoder, for the functions of decoding: from symbols int32 `[N]`, the logits `[N, symbols]`
   * of what comes next.
   */
  readonly step = (symbols: Tensor, state: DecoderState): DecoderOutput => this.decoder.step(symbols, state)
}
