import { concat, tanh, Variable } from '@unroll/autograd'
import { checkNames, type OptionNames, type Tensor, zeros } from '@unroll/tensor'
import type { MemoryOptions } from '../attention/attention.js'
import type { State } from '../cells/state.js'
import { Linear } from '../modules/linear.js'
import { checkFlag, checkOptions, checkSize } from '../modules/options.js'
import { AttentionDecoder, type AttentionDecoderParts, attentionDecoderParts } from './attention-decoder.js'
import type { DecoderOutput, DecoderState, RunLayer } from './decoder.js'

export interface LuongDecoderParts extends AttentionDecoderParts {
  /** The features of h̃. Default: as many as the layer gives out. */
  attentionalSize?: number
  /**
   * Let the layer read h̃ of the step before, beside the embedding (section 3.3)? Its inputSize is to have room
   * for it. Default: false.
   */
  inputFeeding?: boolean
}

const luongDecoderParts: OptionNames<LuongDecoderParts> = {
  ...attentionDecoderParts,
  attentionalSize: true,
  inputFeeding: true,
}

/**
 * A decoder that attends with the state after a step (Luong et al. 2015):
 *
 *     hₜ = RNN(yₜ, hₜ₋₁)           or with input feeding, RNN([yₜ; h̃ₜ₋₁], hₜ₋₁)
 *     cₜ = attention(hₜ)
 *     h̃ₜ = tanh(Wc [cₜ; hₜ])       (eq. 5)
 *     logits = W h̃ₜ + b           (eq. 6)
 *
 * Without input feeding, all steps of a known target are run at once.
 */
export class LuongDecoder extends AttentionDecoder {
  readonly attentionalSize: number
  readonly inputFeeding: boolean
  /** Wc `[attentionalSize, memorySize + H]` */
  readonly combine: Linear
  /** W `[symbols, attentionalSize]` */
  readonly head: Linear

  constructor(parts: LuongDecoderParts) {
    super(parts, (layer) => layer.outputSize)
    const op = 'LuongDecoder'
    checkNames(op, parts, luongDecoderParts)
    const { rng, dtype } = checkOptions(op, parts)
    const H = this.layer.outputSize
    this.attentionalSize = checkSize(op, 'attentionalSize', parts.attentionalSize ?? H)
    this.inputFeeding = checkFlag(op, 'inputFeeding', parts.inputFeeding ?? false)
    const read = this.attention.memorySize + H
    this.combine = new Linear(read, this.attentionalSize, { bias: false, rng, dtype })
    this.head = new Linear(this.attentionalSize, this.symbols, { rng, dtype })
  }

  get feedsBack(): boolean {
    return this.inputFeeding
  }

  /** With input feeding, h̃ before the first step is zeros. */
  override start(cells: readonly State[], memory: Variable | Tensor, options?: MemoryOptions): DecoderState {
    const state = super.start(cells, memory, options)
    if (!this.inputFeeding) return state
    const { dtype } = this.head.weight
    return { ...state, fed: new Variable(zeros([memory.shape[0], this.attentionalSize], { dtype })) }
  }

  advance(y: Variable, state: DecoderState, runLayer: RunLayer): DecoderOutput {
    const memory = this.memoryOf(state)
    const x = state.fed ? concat([y, state.fed], -1) : y
    const [h, cells] = runLayer(x, state.cells)
    const { context: c, weights } = this.attention.read(h, memory)
    const attentional = tanh(this.combine.forward(concat([c, h], -1)))
    const fed = this.inputFeeding && { fed: attentional }
    return { logits: this.head.forward(attentional), state: { cells, memory, ...fed }, weights }
  }
}
