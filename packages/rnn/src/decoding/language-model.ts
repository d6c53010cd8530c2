import { noGrad, transpose, type Variable } from '@unroll/autograd'
import { fail, formatShape, kindOf, Tensor, unsqueeze } from '@unroll/tensor'
import { mapState, type State } from '../cells/state.js'
import { Recurrent } from '../layers/recurrent.js'
import type { Rows, Start, Step } from './step.js'

/** What `decode` and `beamSearch` take. */
export interface LanguageModel<S extends Rows> {
  readonly step: Step<S>
  /**
   * Where to go on from prompts, int32 `[B, T]`, or from one symbol each, int32 `[B]`: all symbols but the last are read
   * into the state.
   * @throws UnrollError when it has another shape or dtype, or T is 0.
   */
  readonly start: (prompt: Tensor) => Start<S>
}

/**
 * A recurrent language model of three parts, ready to be continued: an embedding that turns symbols into vectors, a layer,
 * and a head that turns what that gives out into logits. The state of a layer is `[numLayers, B, …]`; here its rows come
 * first, `[B, numLayers, …]`, so that hypotheses can be chosen.
 *
 *     const { step, start } = languageModel(model.embedding, model.lstm, model.head)
 *     const [{ symbols }] = decode(step, start(prompt), { rng, temperature: 0.8, maxLength: 200 })
 *
 * For one sequence at a time, drawn and not searched, `compile` is faster. Of a network with other parts, write the
 * `Step` yourself: it is a few lines.
 *
 * @param embedding int32 `[…]` to vectors `[…, F]`
 * @param layer of one direction, forward, from F features to H
 * @param head `[N, H]` to logits `[N, V]`
 * @throws UnrollError when a part is not what it should be, or the layer reads sequences from their end.
 */
export function languageModel<S extends State>(
  embedding: { forward(symbols: Tensor): Variable },
  layer: Recurrent<S>,
  head: { forward(output: Variable): Variable },
): LanguageModel<S & Rows> {
  for (const [name, part] of Object.entries({ embedding, head }))
    if (typeof part?.forward !== 'function')
      fail('languageModel', `${name} is a module, or has a forward as one, got ${kindOf(part)}`)
  if (!(layer instanceof Recurrent)) fail('languageModel', `wants a recurrent layer, got ${kindOf(layer)}`)
  const { batchFirst, bidirectional, reverse, returnSequences } = layer
  if (bidirectional || reverse)
    fail(
      'languageModel',
      `wants a layer that reads forward, this one is ${reverse ? 'reverse' : 'bidirectional'}`,
    )
  /** `[N, T]` laid out as the layer takes it. */
  const read = (symbols: Tensor, state: S | undefined) =>
    layer.forward(embedding.forward(batchFirst ? symbols : symbols.transpose()), state)
  const rowsFirst = (state: S) => mapState(state, (part) => transpose(part, 0, 1)) as S & Rows

  return {
    step: (symbols, state) => {
      const layersFirst = mapState<S>(state, (part) => transpose(part, 0, 1))
      const [output, after] = read(unsqueeze(symbols, 1), layersFirst)
      const last = returnSequences ? output.squeeze(batchFirst ? 1 : 0) : output
      return { logits: head.forward(last), state: rowsFirst(after) }
    },
    start: (prompt) =>
      noGrad(() => {
        const symbols = checkPrompt(prompt)
        const [B, T] = symbols.shape
        const state = T === 1 ? layer.zeroState(B) : read(symbols.slice(null, [0, -1]), undefined)[1]
        return { symbols: symbols.slice(null, -1), state: rowsFirst(state) }
      }),
  }
}

/** `[B, T]` */
function checkPrompt(prompt: Tensor): Tensor {
  const isTensor = prompt instanceof Tensor
  if (
    !isTensor ||
    prompt.dtype !== 'int32' ||
    (prompt.rank !== 1 && prompt.rank !== 2) ||
    prompt.shape[1] === 0
  )
    fail(
      'languageModel',
      `wants a prompt of int32, [B, T] with T ≥ 1, or [B], got ${isTensor ? `${formatShape(prompt.shape)} ${prompt.dtype}` : kindOf(prompt)}`,
    )
  return prompt.rank === 1 ? prompt.unsqueeze(1) : prompt
}
