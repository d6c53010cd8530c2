import { parameter, Variable } from '@unroll/autograd'
import {
  cast,
  concat,
  fail,
  formatShape,
  type SequenceName,
  type Shape,
  sameShape,
  slice,
  Tensor,
  zeros,
} from '@unroll/tensor'
import type { Initializer } from '../init/initializer.js'
import { uniform } from '../init/uniform.js'
import { asVariable, kindOf } from '../modules/input.js'
import { linear } from '../modules/linear.js'
import { Module } from '../modules/module.js'
import { checkOptions, checkSize, type ParameterOptions } from '../modules/options.js'
import { checkState, type State } from './state.js'

export interface CellOptions extends ParameterOptions {
  /** Add the two biases? Default: true. */
  bias?: boolean
  /** Draws each gate's block `[H, inputSize]` of the input weight. Default: PyTorch's, uniform within ±1/√H. */
  inputInit?: Initializer
  /** Draws each gate's block `[H, H]` of the recurrent weight. Default: PyTorch's, the same. */
  recurrentInit?: Initializer
}

/**
 * One time step of a recurrent network. The contract is `zeroState` and `step`; state goes in and
 * comes out, and is never hidden inside.
 *
 * A step is done in two parts, so that a layer can do the first for all time steps at once: `project`,
 * which sees only the input, and `advance`, which goes on from there with the state.
 *
 * In the equations of the cells, W and b are `weightIh` and `biasIh`, which meet the input; U and d are
 * `weightHh` and `biasHh`, which meet the state. All gates share them: each has H rows of its own.
 */
export abstract class Cell<S extends State = State> extends Module {
  /** `[gates · H, inputSize]` */
  readonly weightIh: Variable
  /** `[gates · H, H]` */
  readonly weightHh: Variable
  /** `[gates · H]` */
  readonly biasIh: Variable | undefined
  /** `[gates · H]` */
  readonly biasHh: Variable | undefined

  constructor(
    readonly inputSize: number,
    readonly hiddenSize: number,
    gates: number,
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
    this.weightHh = draw('recurrentInit', recurrentInit, hiddenSize)
    this.biasIh = bias ? parameter(standard([gates * hiddenSize], rng, dtype)) : undefined
    this.biasHh = bias ? parameter(standard([gates * hiddenSize], rng, dtype)) : undefined
  }

  /** The state before the first step: zeros. */
  abstract zeroState(batch: number): S

  /** The state after a step, from `wx` = W x + b, `[B, gates · H]`, and the state before it. */
  abstract advance(wx: Variable, state: S): S

  /** W x + b, for input `[…, inputSize]` of any number of steps: `[…, gates · H]` */
  project(x: Variable): Variable {
    return linear(x, this.weightIh, this.biasIh)
  }

  /**
   * The state after a step, from the input `[B, inputSize]` and the state before it (zeros when left
   * out), whose parts are each `[B, H]`.
   * @throws UnrollError when sizes differ from those of the cell, or a part of the state is missing.
   */
  step(x: Variable | Tensor, state?: S): S {
    const op = this.constructor.name
    const input = asVariable(op, x)
    if (input.rank !== 2 || input.shape[1] !== this.inputSize)
      fail(op, `wants input [B, ${this.inputSize}], got ${formatShape(input.shape)}`)
    const [batch] = input.shape
    if (state !== undefined) checkState(op, state, this.stateNames, [batch, this.hiddenSize])
    return this.advance(this.project(input), state ?? this.zeroState(batch))
  }

  /**
   * The fused kernel that does over a whole sequence what `project` and `advance` do at a step; undefined where there is
   * none. A class of its own says so of itself only: what is derived from it may do otherwise.
   */
  get kernel(): SequenceName | undefined {
    return undefined
  }

  /** The parts that a state has. */
  get stateNames(): string[] {
    return Object.keys(this.zeroState(1))
  }

  /** U h + d, `[B, gates · H]` */
  protected recur(h: Variable): Variable {
    return linear(h, this.weightHh, this.biasHh)
  }

  /** Zeros for a state. */
  protected zeros(batch: number): Variable {
    return new Variable(zeros([batch, this.hiddenSize], { dtype: this.weightHh.dtype }))
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
