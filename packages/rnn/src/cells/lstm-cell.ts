import { add, chunk, clamp, mul, parameter, sigmoid, sub, tanh, type Variable } from '@unroll/autograd'
import { checkNames, fail, type OptionNames, type SequenceName, type Shape } from '@unroll/tensor'
import { uniform } from '../init/uniform.js'
import { LayerNorm } from '../modules/layer-norm.js'
import { linear } from '../modules/linear.js'
import { checkFinite, checkFlag, checkSize } from '../modules/options.js'
import { type CellOptions, cellOptions, GatedCell } from './gated-cell.js'
import type { State } from './state.js'

export interface LSTMCellOptions extends CellOptions {
  /** Start the forget gate's bias at this value (1 lets a new network remember: Jozefowicz et al. 2015). Default: PyTorch's random one. */
  forgetBias?: number
  /** Give out R o tanh c, of so many features, fewer than H (Sak et al. 2014). Default: o tanh c. */
  projSize?: number
  /** Let the gates see the cell state, each unit its own: i and f see c, o sees c′ (Gers & Schmidhuber 2000). Default: false. */
  peephole?: boolean
  /** Forget as much as comes in, f = 1 − i, with no gate f of its own (Greff et al. 2017; ONNX's `input_forget`). Default: false. */
  coupled?: boolean
  /** Hold c within ± this. Default: not held. */
  cellClip?: number
}

export const lstmCellOptions: OptionNames<LSTMCellOptions> = {
  ...cellOptions,
  forgetBias: true,
  projSize: true,
  peephole: true,
  coupled: true,
  cellClip: true,
}

/** The hidden state h `[B, H]` (with `projSize`, `[B, projSize]`) and the cell state c `[B, H]`. */
export interface LSTMState extends State {
  readonly c: Variable
}

/**
 * Long short-term memory (Hochreiter & Schmidhuber 1997; forget gate: Gers et al. 2000), gates in
 * PyTorch's order i, f, g, o:
 *
 *     i, f, o = σ(W x + b + U h + d),  g = tanh(W x + b + U h + d)   (each with its own rows)
 *     c′ = f c + i g
 *     h′ = o tanh c′
 *
 * The variants change one place each, and go together. `peephole` adds p c to what i and f are made of, and p c′ for o
 * (Graves 2013, eqs. 7, 8 and 10); with `coupled`, f = 1 − i, and the rows are those of i, g, o; `cellClip` holds c′ back; `layerNorm` has
 * tanh LN(c′) in h′ (Ba et al. 2016, appendix), besides what it does to W x and U h; `projSize` multiplies h′ by R, after all.
 */
export class LSTMCell extends GatedCell<LSTMState> {
  /** R `[projSize, H]` */
  readonly weightHr: Variable | undefined
  /** The peepholes' p `[H]`, of i, of f (unless coupled) and of o. */
  readonly weightCi: Variable | undefined
  readonly weightCf: Variable | undefined
  readonly weightCo: Variable | undefined
  readonly normC: LayerNorm | undefined
  readonly coupled: boolean
  readonly cellClip: number | undefined

  /** @throws UnrollError when a size or an option is not what it should be, or there is no such option. */
  constructor(inputSize: number, hiddenSize: number, options: LSTMCellOptions) {
    const op = new.target.name
    checkNames(op, options, lstmCellOptions)
    const { projSize, peephole = false, coupled = false, cellClip, forgetBias } = options ?? {}
    if (projSize !== undefined && checkSize(op, 'projSize', projSize) >= hiddenSize)
      fail(op, `projSize is smaller than hiddenSize, got ${projSize} and ${hiddenSize}`)
    checkFlag(op, 'peephole', peephole)
    checkFlag(op, 'coupled', coupled)
    if (cellClip !== undefined && !(checkFinite(op, 'cellClip', cellClip) > 0))
      fail(op, `cellClip is a number > 0, got ${cellClip}`)
    super(inputSize, hiddenSize, coupled ? 3 : 4, { h: projSize ?? hiddenSize, c: hiddenSize }, options)

    const { rng } = options
    const { dtype } = this
    const draw = (...shape: Shape) => parameter(uniform(1 / Math.sqrt(hiddenSize))(shape, rng, dtype))
    this.weightHr = projSize === undefined ? undefined : draw(projSize, hiddenSize)
    this.weightCi = peephole ? draw(hiddenSize) : undefined
    this.weightCf = peephole && !coupled ? draw(hiddenSize) : undefined
    this.weightCo = peephole ? draw(hiddenSize) : undefined
    this.normC = options.layerNorm ? new LayerNorm(hiddenSize, { dtype }) : undefined
    this.coupled = coupled
    this.cellClip = cellClip
    if (forgetBias === undefined) return
    checkFinite(op, 'forgetBias', forgetBias)
    if (!this.biasIh || !this.biasHh) fail(op, 'forgetBias wants a bias, and bias is false')
    const [gate, value] = coupled ? [0, -forgetBias] : [1, forgetBias] // coupled: f = 1 − σ(a) = σ(−a), a that of i
    this.gateOf(this.biasIh, gate).fill(value)
    this.gateOf(this.biasHh, gate).fill(0)
  }

  override get variants(): readonly string[] {
    const { weightHr, weightCi, coupled, cellClip } = this
    const own = { projSize: weightHr, peephole: weightCi, coupled, cellClip }
    return [...super.variants, ...Object.entries(own).flatMap(([name, inForce]) => (inForce ? [name] : []))]
  }

  override get kernel(): SequenceName | undefined {
    return this.constructor === LSTMCell && this.variants.length === 0 ? 'lstm' : undefined
  }

  advance(wx: Variable, { h, c }: LSTMState): LSTMState {
    const [ai, af, ag, ao] = this.sums(wx, h)
    const i = sigmoid(peep(ai, this.weightCi, c))
    const f = af ? sigmoid(peep(af, this.weightCf, c)) : sub(1, i)
    const g = tanh(ag)
    c = clip(add(mul(f, c), mul(i, g)), this.cellClip)
    const o = sigmoid(peep(ao, this.weightCo, c))
    h = lower(mul(o, tanh(normalize(c, this.normC))), this.weightHr)
    return { h, c }
  }

  /** W x + b + U h + d for each gate; f has none where it is coupled. */
  protected sums(
    wx: Variable,
    h: Variable,
  ): [i: Variable, f: Variable | undefined, g: Variable, o: Variable] {
    const a = chunk(add(wx, this.recur(h)), this.coupled ? 3 : 4, -1)
    return this.coupled ? [a[0], undefined, a[1], a[2]] : [a[0], a[1], a[2], a[3]]
  }
}

function peep(a: Variable, p: Variable | undefined, c: Variable): Variable {
  return p ? add(a, mul(p, c)) : a
}

function clip(c: Variable, bound: number | undefined): Variable {
  return bound === undefined ? c : clamp(c, -bound, bound)
}

function normalize(c: Variable, norm: LayerNorm | undefined): Variable {
  return norm ? norm.forward(c) : c
}

function lower(h: Variable, weight: Variable | undefined): Variable {
  return weight ? linear(h, weight, undefined) : h
}
