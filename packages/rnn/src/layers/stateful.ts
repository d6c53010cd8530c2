import { mul, Variable } from '@unroll/autograd'
import { fail, kindOf, Tensor, tracer } from '@unroll/tensor'
import { mapState, type State } from '../cells/state.js'
import { asVariable } from '../modules/input.js'
import { Module } from '../modules/module.js'
import { type ForwardOptions, Recurrent } from './recurrent.js'

/**
 * A layer that goes on where its last call ended, as Keras's `stateful` does: for one long stream (or a batch of them) that comes in
 * pieces. The state is cut from the tape between calls, so that backpropagation through time is truncated there.
 *
 *     const stream = new Stateful(new LSTM(8, 32, { rng }))
 *     for (const piece of pieces) { const output = stream.forward(piece); … }
 *     stream.reset() // another stream begins
 *
 * Its keys are those of the layer. Layers by themselves keep no state: this is the one place where it is hidden.
 */
export class Stateful<S extends State> extends Module {
  #state: S | undefined

  constructor(readonly layer: Recurrent<S>) {
    super()
    if (!(layer instanceof Recurrent)) fail('Stateful', `wants a recurrent layer, got ${kindOf(layer)}`)
  }

  override *namedParameters(): IterableIterator<[string, Variable]> {
    yield* this.layer.namedParameters()
  }

  override *buffers(): IterableIterator<Tensor> {
    for (const part of Object.values(this.#state ?? {})) yield part.value
  }

  /** What the layer would continue from; undefined after a reset: zeros. It can be set, to go on from a state that was saved. @throws UnrollError when that is no state. */
  get state(): S | undefined {
    return this.#state
  }

  set state(state: S | undefined) {
    this.#state = state && mapState(state, detached)
  }

  /**
   * The output for the next piece; shapes as the layer's. If it has another number of sequences than the last, reset first.
   * @throws UnrollError when it has not the batch of the state; and in a step that is compiled, which would not carry the state on.
   */
  forward(x: Variable | Tensor, options?: ForwardOptions): Variable {
    tracer()?.refuse(
      'Stateful',
      'what it carries from call to call would stand still in a step that is compiled; run the layer itself, from a state that is changed in place: layer.forward(x, state), then state.h.value.assign(next.h.value)',
    )
    const [output, state] = this.layer.forward(asVariable('Stateful', x), this.#state, options)
    this.state = state
    return output
  }

  /**
   * Forgets the state; of these sequences of the batch only, if any are named.
   * @throws UnrollError when there is no such sequence, or they do not come in a list.
   */
  reset(sequences?: readonly number[]): void {
    if (sequences !== undefined && !Array.isArray(sequences))
      fail('Stateful.reset', `wants a list of sequences, got ${kindOf(sequences)}`)
    if (sequences === undefined || this.#state === undefined) {
      this.#state = undefined
      return
    }
    const [, B] = this.#state.h.shape
    const stays = new Float32Array(B).fill(1)
    for (const b of sequences) {
      if (!(Number.isInteger(b) && b >= 0 && b < B))
        fail('Stateful.reset', `there is no sequence ${b} (want 0 … ${B - 1})`)
      stays[b] = 0
    }
    const kept = Tensor.fromRule(stays, [B, 1])
    this.state = mapState(this.#state, (part) => mul(part, kept))
  }
}

function detached(part: Variable, name: PropertyKey): Variable {
  if (!(part instanceof Variable))
    fail('Stateful', `wants a state of variables, as a layer gives it, got ${String(name)}: ${kindOf(part)}`)
  return part.detach()
}
