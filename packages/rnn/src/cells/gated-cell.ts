import { parameter, type Variable } from '@unroll/autograd'
import { concat, type DType, type OptionNames, type SequenceName, slice, type Tensor } from '@unroll/tensor'
import type { Initializer } from '../init/initializer.js'
import { uniform } from '../init/uniform.js'
import { drawn } from '../modules/drawn.js'
import { LayerNorm } from '../modules/layer-norm.js'
import {
  checkFlag,
  checkOptions,
  checkSize,
  type ParameterOptions,
  parameterOptions,
} from '../modules/options.js'
import { affine, affineRows, type Rows } from './affine.js'
import { Cell } from './cell.js'
import type { State, StateSizes } from './state.js'

export interface CellOptions extends ParameterOptions {
  /** Add the two biases? Default: true. */
  bias?: boolean
  /**
   * Normalise what input and state bring to the gates: LN(W x) + b + LN(U h) + d (Ba, Kiros & Hinton 2016, appendix). The norms have
   * weights and biases of their own, which start as ones and zeros. Default: false.
   */
  layerNorm?: boolean
  /** Draws each gate's block `[H, inputSize]` of the input weight. Default: PyTorch's, uniform within ±1/√H. */
  inputInit?: Initializer
  /** Draws each gate's block `[H, size of h]` of the recurrent weight. Default: PyTorch's, the same. */
  recurrentInit?: Initializer
}

export const cellOptions: OptionNames<CellOptions> = {
  ...parameterOptions,
  bias: true,
  layerNorm: true,
  inputInit: true,
  recurrentInit: true,
}

/**
 * A cell of gates: each is a function of W x + b + U h + d, where W and b are `weightIh` and `biasIh`, which meet the
 * input; U and d are `weightHh` and `biasHh`, which meet the state. All gates share them: each has H rows of its own.
 *
 * W x + b does not see the state, so that `project` does it for all steps at once.
 */
export abstract class GatedCell<S extends State = State> extends Cell<S> {
  /** `[gates · H, inputSize]` */
  readonly weightIh: Variable
  /** `[gates · H, size of h]` */
  readonly weightHh: Variable
  /** `[gates · H]` */
  readonly biasIh: Variable | undefined
  /** `[gates · H]` */
  readonly biasHh: Variable | undefined
  /** Over `[gates · H]`, as is `normHh`: with `layerNorm` only. */
  readonly normIh: LayerNorm | undefined
  readonly normHh: LayerNorm | undefined
  /** The rows of each group of gates. */
  protected readonly groups: readonly Rows[]

  /** @param gates how many; or in groups, of which `layerNorm` normalises each by itself */
  constructor(
    readonly inputSize: number,
    readonly hiddenSize: number,
    gates: number | readonly number[],
    readonly stateSizes: StateSizes<S>,
    options: CellOptions,
  ) {
    super()
    const op = this.constructor.name
    const { rng, dtype } = checkOptions(op, options)
    checkSize(op, 'inputSize', inputSize)
    checkSize(op, 'hiddenSize', hiddenSize)
    const standard = uniform(1 / Math.sqrt(hiddenSize))
    const { bias = true, layerNorm = false, inputInit = standard, recurrentInit = standard } = options
    checkFlag(op, 'bias', bias)
    checkFlag(op, 'layerNorm', layerNorm)
    this.groups = groupsOf(gates, hiddenSize)
    const rows = this.groups[this.groups.length - 1][1]
    const draw = (name: string, init: Initializer, columns: number) => {
      const block = () => drawn(`${op}: ${name}`, init, [hiddenSize, columns], { rng, dtype })
      return parameter(concat(Array.from({ length: rows / hiddenSize }, block)))
    }
    this.weightIh = draw('inputInit', inputInit, inputSize)
    this.weightHh = draw('recurrentInit', recurrentInit, stateSizes.h)
    this.biasIh = bias ? parameter(standard([rows], rng, dtype)) : undefined
    this.biasHh = bias ? parameter(standard([rows], rng, dtype)) : undefined
    this.normIh = layerNorm ? new LayerNorm(rows, { dtype }) : undefined
    this.normHh = layerNorm ? new LayerNorm(rows, { dtype }) : undefined
  }

  /** W x + b, for input `[…, inputSize]` of any number of steps: `[…, gates · H]` */
  override project(x: Variable): Variable {
    const { weightIh: weight, biasIh: bias, normIh: norm, groups } = this
    return affine(x, { weight, bias, norm }, groups)
  }

  override get dtype(): DType {
    return this.weightHh.dtype
  }

  /** The options in force that make it compute something else than its plain form, by name. */
  get variants(): readonly string[] {
    return this.normIh ? ['layerNorm'] : []
  }

  /**
   * The fused kernel that does over a whole sequence what `project` and `advance` do at a step; undefined where there is
   * none, as for all variants. A class of its own says so of itself only: what is derived from it may do otherwise.
   */
  get kernel(): SequenceName | undefined {
    return undefined
  }

  override mapRecurrent(f: (h: Variable) => Variable): Cell<S> {
    const recur = (h: Variable, group?: number) => this.recur(f(h), group)
    return Object.create(this, { recur: { value: recur }, kernel: { value: undefined } })
  }

  /** U h + d, `[B, gates · H]`; or of one group of gates alone. */
  protected recur(h: Variable, group?: number): Variable {
    const { weightHh: weight, biasHh: bias, normHh: norm, groups } = this
    const side = { weight, bias, norm }
    return group === undefined ? affine(h, side, groups) : affineRows(h, side, groups[group])
  }

  /** The block of a bias that belongs to one gate, to be written to. */
  protected gateOf(bias: Variable, gate: number): Tensor {
    return slice(bias.value, [gate * this.hiddenSize, (gate + 1) * this.hiddenSize])
  }
}

function groupsOf(gates: number | readonly number[], hiddenSize: number): Rows[] {
  let rows = 0
  return [gates].flat().map((count) => {
    const from = rows
    rows += count * hiddenSize
    return [from, rows]
  })
}
