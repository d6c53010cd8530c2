import type { GRUOptions, LayerOptions, LSTMOptions, Merge, RNNOptions } from '@unroll/rnn'
import type { Tensor } from '@unroll/tensor'

/**
 * Recurrent networks as the papers write them, over one sequence, in plain numbers: nothing of the library is used.
 * What it computes is to be checked against this.
 */

type Vector = number[]
type Matrix = number[][]

export type Kind = 'RNN' | 'LSTM' | 'GRU'
export type Options = Omit<RNNOptions, 'rng'> &
  Omit<LSTMOptions, 'rng'> &
  Omit<GRUOptions, 'rng'> &
  LayerOptions
export type Weights = Readonly<Record<string, Tensor>>

export interface CellState {
  readonly h: Vector
  readonly c?: Vector
}

export interface Result {
  /** `[T][D · H]` */
  readonly output: Matrix
  /** One for each cell. */
  readonly end: CellState[]
}

/** A layer over a sequence `[T][F]`, from one state for each cell. */
export function layer(
  kind: Kind,
  options: Options,
  weights: Weights,
  x: Matrix,
  start: readonly CellState[],
): Result {
  const { numLayers = 1, bidirectional = false, reverse = false, merge = 'concat' } = options
  const directions = bidirectional ? [false, true] : [reverse]
  const end: CellState[] = []
  let read = x
  for (let l = 0; l < numLayers; l++) {
    const outputs = directions.map((backward, d) => {
      const suffix = `_l${l}${d === 1 ? '_reverse' : ''}`
      const own = Object.fromEntries(
        Object.entries(weights)
          .filter(([key]) => key.endsWith(suffix))
          .map(([key, value]) => [key.slice(0, -suffix.length), value]),
      )
      const output: Matrix = new Array(read.length)
      let state = start[end.length]
      for (let step = 0; step < read.length; step++) {
        const t = backward ? read.length - 1 - step : step
        state = cell(kind, options, own, read[t], state)
        output[t] = state.h
      }
      end.push(state)
      return output
    })
    read = outputs[0].map((a, t) => (outputs[1] ? merged(merge, a, outputs[1][t]) : a))
  }
  return { output: read, end }
}

export function merged(how: Merge, a: Vector, b: Vector): Vector {
  switch (how) {
    case 'concat':
      return [...a, ...b]
    case 'sum':
      return a.map((value, u) => value + b[u])
    case 'mean':
      return a.map((value, u) => (value + b[u]) / 2)
    case 'mul':
      return a.map((value, u) => value * b[u])
  }
}

/** A step of a cell: Elman 1990, Gers & Schmidhuber 2000 and Graves 2013, Cho et al. 2014. */
export function cell(kind: Kind, options: Options, weights: Weights, x: Vector, state: CellState): CellState {
  const W = (key: string) => weights[key].toArray() as Matrix
  const v = (key: string) => weights[key]?.toArray() as Vector | undefined
  const { h } = state

  /** Rows of W x + b or of U h + d. With layer normalisation, these rows are normalised before the bias. */
  const rows = (side: 'ih' | 'hh', input: Vector, from: number, to: number) => {
    let sums = W(`weight_${side}`)
      .slice(from, to)
      .map((row) => dot(row, input))
    if (options.layerNorm)
      sums = normalized(
        sums,
        v(`norm_${side}.weight`)?.slice(from, to),
        v(`norm_${side}.bias`)?.slice(from, to),
      )
    const bias = v(`bias_${side}`)
    return sums.map((sum, r) => sum + (bias ? bias[from + r] : 0))
  }

  const H = W('weight_hh').length / gates(kind, options)
  const units = Array.from({ length: H }, (_, u) => u)

  if (kind === 'RNN') {
    const [wx, uh] = [rows('ih', x, 0, H), rows('hh', h, 0, H)]
    const f = options.nonlinearity === 'relu' ? (a: number) => Math.max(a, 0) : Math.tanh
    return { h: units.map((u) => f(wx[u] + uh[u])) }
  }

  if (kind === 'GRU') {
    const [wx, uh] = [rows('ih', x, 0, 2 * H), rows('hh', h, 0, 2 * H)]
    const r = units.map((u) => sigmoid(wx[u] + uh[u]))
    const z = units.map((u) => sigmoid(wx[H + u] + uh[H + u]))
    const wn = rows('ih', x, 2 * H, 3 * H)
    const un =
      options.resetAfter === false
        ? rows(
            'hh',
            h.map((value, u) => r[u] * value),
            2 * H,
            3 * H,
          )
        : rows('hh', h, 2 * H, 3 * H).map((value, u) => r[u] * value)
    return {
      h: units.map((u) => {
        const n = Math.tanh(wn[u] + un[u])
        return (1 - z[u]) * n + z[u] * h[u]
      }),
    }
  }

  const count = gates(kind, options)
  const wx = rows('ih', x, 0, count * H)
  const uh = rows('hh', h, 0, count * H)
  const sum = (gate: number, u: number) => wx[gate * H + u] + uh[gate * H + u]
  const [I, F, G, O] = options.coupled ? [0, -1, 1, 2] : [0, 1, 2, 3]
  const before = state.c as Vector
  const peep = (key: string, u: number, c: number) => (options.peephole ? (v(key) as Vector)[u] * c : 0)
  const c = units.map((u) => {
    const i = sigmoid(sum(I, u) + peep('weight_ci', u, before[u]))
    const f = options.coupled ? 1 - i : sigmoid(sum(F, u) + peep('weight_cf', u, before[u]))
    const next = f * before[u] + i * Math.tanh(sum(G, u))
    const clip = options.cellClip ?? Number.POSITIVE_INFINITY
    return Math.min(Math.max(next, -clip), clip)
  })
  const seen = options.layerNorm ? normalized(c, v('norm_c.weight'), v('norm_c.bias')) : c
  const m = units.map((u) => sigmoid(sum(O, u) + peep('weight_co', u, c[u])) * Math.tanh(seen[u]))
  return { h: options.projSize === undefined ? m : W('weight_hr').map((row) => dot(row, m)), c }
}

/** How many blocks of rows the weights have. */
export function gates(kind: Kind, { coupled }: Options): number {
  return kind === 'RNN' ? 1 : kind === 'GRU' || coupled ? 3 : 4
}

function dot(a: Vector, b: Vector): number {
  let sum = 0
  for (let k = 0; k < a.length; k++) sum += a[k] * b[k]
  return sum
}

function sigmoid(a: number): number {
  return 1 / (1 + Math.exp(-a))
}

/** Ba, Kiros & Hinton 2016, equation 4, with PyTorch's 1e-5. */
function normalized(a: Vector, weight: Vector = [], bias: Vector = []): Vector {
  const mean = a.reduce((sum, value) => sum + value, 0) / a.length
  const variance = a.reduce((sum, value) => sum + (value - mean) ** 2, 0) / a.length
  return a.map((value, k) => ((value - mean) / Math.sqrt(variance + 1e-5)) * weight[k] + bias[k])
}
