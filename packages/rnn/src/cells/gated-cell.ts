import { parameter, type Variable } from '@unroll/autograd'
import {
  cast,
  concat,
  type DType,
  fail,
  formatShape,
  type SequenceName,
  type Shape,
  sameShape,
  slice,
  Tensor,
} from '@unroll/tensor'
import type { Initializer } from '../init/initializer.js'
import { uniform } from '../init/uniform.js'
import { kindOf } from '../modules/input.js'
import { linear } from '../modules/linear.js'
import { checkOptions, checkSize, type ParameterOptions } from '../modules/options.js'
import { Cell } from './cell.js'
import type { State, StateSizes } from './state.js'

export interface CellOptions extends ParameterOptions {
  /** Add the two biases? Default: true. */
  bias?: boolean
  /** Draws each gate's block `[H, inputSize]` of the input weight. Default: PyTorch's, uniform within ±1/√H. */
  inputInit?: Initializer
  /** Draws each gate's block `[H, H]` of the recurrent weight. Default: PyTorch's, the same. */
  recurrentInit?: Initializer
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

  constructor(
    readonly inputSize: number,
    readonly hiddenSize: number,
    gates: number,
    readonly stateSizes: StateSizes<S>,
    options: CellOptions,
  ) {
    super()
    const op = this.constructor.name
    const { rng, dtype } = checkOptions(op, options)
    checkSize(op, 'inputSize', inputSize)
    checkSize(op, 'hiddenSize', hiddenSize)
    const standard = uniform(1 / Math.sqrt(hiddenSize))
    const { bias = true, inputInit = standard, recurrentInit = standard } = options
    const draw = (name: string, init: Initializer, columns: number) => {
      const block = () => blockOf(`${op}: ${name}`, init, [hiddenSize, columns], { rng, dtype })
      return parameter(concat(Array.from({ length: gates }, block)))
    }
    this.weightIh = draw('inputInit', inputInit, inputSize)
    this.weightHh = draw('recurrentInit', recurrentInit, stateSizes.h)
    this.biasIh = bias ? parameter(standard([gates * hiddenSize], rng, dtype)) : undefined
    this.biasHh = bias ? parameter(standard([gates * hiddenSize], rng, dtype)) : undefined
  }

  /** W x + b, for input `[…, inputSize]` of any number of steps: `[…, gates · H]` */
  override project(x: Variable): Variable {
    return linear(x, this.weightIh, this.biasIh)
  }

  override get dtype(): DType {
    return this.weightHh.dtype
  }

  /**
   * The fused kernel that does over a whole sequence what `project` and `advance` do at a step; undefined where there is
   * none. A class of its own says so of itself only: what is derived from it may do otherwise.
   */
  get kernel(): SequenceName | undefined {
    return undefined
  }

  /** U h + d, `[B, gates · H]` */
  protected recur(h: Variable): Variable {
    return linear(h, this.weightHh, this.biasHh)
  }

  /** The block of a bias that belongs to one gate, to be written to. */
  protected gateOf(bias: Variable, gate: number): Tensor {
    return slice(bias.value, [gate * this.hiddenSize, (gate + 1) * this.hiddenSize])
  }
}

/** What an initializer draws for one gate, checked: it may be anyone's. */
function blockOf(
  op: string,
  init: Initializer,
  shape: Shape,
  { rng, dtype }: Required<ParameterOptions>,
): Tensor {
  const block = init(shape, rng, dtype)
  if (!(block instanceof Tensor) || !sameShape(block.shape, shape))
    fail(
      op,
      `wants an initial block ${formatShape(shape)}, got ${block instanceof Tensor ? formatShape(block.shape) : kindOf(block)}`,
    )
  return cast(block, dtype)
}
