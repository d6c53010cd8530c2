import { concat, tanh, type Variable } from '@unroll/autograd'
import { checkNames, fail, kindOf } from '@unroll/tensor'
import type { State } from '../cells/state.js'
import { Recurrent } from '../layers/recurrent.js'
import { splitState } from '../layers/states.js'
import { Linear } from '../modules/linear.js'
import { Module } from '../modules/module.js'
import { checkOptions, type ParameterOptions, parameterOptions } from '../modules/options.js'

/**
 * From the state that an encoder ends in to the states that the cells of a decoder start from, each part `[B,
 * its size]`.
 */
export type Handover = (end: State) => readonly State[]

/**
 * The states of the encoder as they are: layer by layer, those of two directions side by side (Sutskever et al.
 * 2014).
 * @throws UnrollError when the layers do not fit each other: then it takes a `Bridge`.
 */
export function handover(from: Recurrent, to: Recurrent): Handover {
  const [given, wanted] = [from, to].map((layer) => format(sizesOf(layer)))
  if (given !== wanted)
    fail(
      'Seq2Seq',
      `the encoder ends in ${given}, and the decoder starts from ${wanted}: put new Bridge(encoder.layer, decoder.layer, { rng }) between them`,
    )
  return (end) => byLayer(from, end)
}

/**
 * Learns what of the encoder's last state the decoder is to start from: for each cell of the decoder, and each
 * part of its state,
 *
 *     s = tanh(W e + b)
 *
 * where e is the same part (h where the encoder has no such part) of the encoder's layer of the same number,
 * directions side by side; of its last layer, where the two have not as many (Bahdanau et al. 2015, A.2.2, with
 * both directions).
 */
export class Bridge extends Module {
  /** For each cell of the decoder, by the parts of its state. */
  readonly layers: readonly Readonly<Record<string, Linear>>[]
  readonly #from: Recurrent
  readonly #to: Recurrent

  /** @throws UnrollError when these are no recurrent layers, or an option is not what it should be. */
  constructor(from: Recurrent, to: Recurrent, options: ParameterOptions) {
    super()
    checkNames('Bridge', options, parameterOptions)
    const { rng, dtype } = checkOptions('Bridge', options)
    for (const layer of [from, to])
      if (!(layer instanceof Recurrent))
        fail('Bridge', `wants the recurrent layers of the encoder and of the decoder, got ${kindOf(layer)}`)
    this.#from = from
    this.#to = to
    const given = sizesOf(from)
    this.layers = to.cells.map(({ stateSizes }, k) => {
      const read = given.length === to.cells.length ? given[k] : given[given.length - 1]
      const parts = Object.entries<number>(stateSizes).map(([name, size]) => [
        name,
        new Linear(read[name] ?? read.h, size, { rng, dtype }),
      ])
      return Object.fromEntries(parts)
    })
  }

  /** Is it between these? */
  joins(from: Recurrent, to: Recurrent): boolean {
    return this.#from === from && this.#to === to
  }

  /** The encoder's last state, as its layer gives it, to states of the decoder's cells. */
  forward(end: State): readonly State[] {
    const states = byLayer(this.#from, end)
    return this.layers.map((layers, k) => {
      const read = states.length === this.layers.length ? states[k] : states[states.length - 1]
      const parts = Object.entries(layers).map(([name, linear]) => [
        name,
        tanh(linear.forward(read[name] ?? read.h)),
      ])
      return Object.fromEntries(parts)
    })
  }
}

type Parts<Value> = Readonly<Record<string, Value>>

/** A state of a layer, each part `[layers · D, B, size]`, as one for each layer, `[B, D · size]`. */
function byLayer(layer: Recurrent, end: State): (Parts<Variable> & State)[] {
  const cells: readonly Parts<Variable>[] = splitState(end, layer.cells.length)
  return together(layer, cells, (parts) => concat(parts, -1)) as (Parts<Variable> & State)[]
}

/** The sizes of that. */
function sizesOf(layer: Recurrent): Parts<number>[] {
  const cells: readonly Parts<number>[] = layer.cells.map(({ stateSizes }) => stateSizes)
  return together(layer, cells, (sizes) => sizes.reduce((sum, size) => sum + size, 0))
}

/** What each cell of a layer has by parts, as what each layer has: what its directions have, put together. */
function together<Value>(
  { numLayers }: Recurrent,
  cells: readonly Parts<Value>[],
  join: (values: readonly Value[]) => Value,
): Parts<Value>[] {
  const directions = cells.length / numLayers
  return Array.from({ length: numLayers }, (_, layer) => {
    const own = cells.slice(layer * directions, (layer + 1) * directions)
    if (own.length === 1) return own[0]
    const names = Object.keys(own[0])
    return Object.fromEntries(names.map((name) => [name, join(own.map((parts) => parts[name]))]))
  })
}

/** { h: 4, c: 4 }, { h: 4, c: 4 } */
function format(sizes: readonly Parts<number>[]): string {
  const parts = (size: Parts<number>) => Object.entries(size).map(([name, n]) => `${name}: ${n}`)
  return sizes.map((size) => `{ ${parts(size).join(', ')} }`).join(', ')
}
