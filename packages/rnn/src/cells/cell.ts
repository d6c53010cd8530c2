import { type Operand, parameter, Variable } from '@unroll/autograd'
import { concat, fail, formatShape, slice, type Tensor, zeros } from '@unroll/tensor'
import type { Initializer } from '../init/initializer.js'
import { uniform } from '../init/uniform.js'
import { linear } from '../modules/linear.js'
import { Module } from '../modules/module.js'
import { checkOptions, checkSize, type ParameterOptions } from '../modules/options.js'

export interface CellOptions extends ParameterOptions {
  /** Add the two biases? Default: true. */
  bias?: boolean
  /** Draws each gate's block `[H, inputSize]` of the input weight. Default: PyTorch's, uniform within ±1/√H. */
  inputInit?: Initializer
  /** Draws each gate's block `[H, H]` of the recurrent weight. Default: as `inputInit`'s. */
  recurrentInit?: Initializer
}

/** The hidden state h, and whatever else a cell carries from step to step: each `[B, H]`. */
export type State = { readonly h: Variable }

/**
 * One time step of a recurrent network. The contract is `zeroState` and `step`; state goes in and
 * comes out, and is never hidden inside.
 *
 * A step is done in two parts, so that a layer can do the first for all time steps at once: `project`,
 * which sees only the input, and `advance`, which goes on from there with the state.
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
    const draw = (init: Initializer, columns: number) =>
      parameter(concat(Array.from({ length: gates }, () => init([hiddenSize, columns], rng, dtype))))
    this.weightIh = draw(inputInit, inputSize)
    this.weightHh = draw(recurrentInit, hiddenSize)
    this.biasIh = bias ? parameter(standard([gates * hiddenSize], rng, dtype)) : undefined
    this.biasHh = bias ? parameter(standard([gates * hiddenSize], rng, dtype)) : undefined
  }

  /** The state before the first step. */
  abstract zeroState(batch: number): S

  /** The state after a step, from the projected input `[B, gates · H]` and the state before it. */
  abstract advance(wx: Variable, state: S): S

  /** W_ih x + b_ih, for input `[…, inputSize]` of any number of steps: `[…, gates · H]` */
  project(x: Operand): Variable {
    return linear(x, this.weightIh, this.biasIh)
  }

  /**
   * The state after a step, from the input `[B, inputSize]` and the state before it.
   * @throws UnrollError when sizes differ from those of the cell.
   */
  step(x: Variable | Tensor, state: S = this.zeroState(x.shape[0])): S {
    const op = this.constructor.name
    if (x.rank !== 2 || x.shape[1] !== this.inputSize)
      fail(op, `wants input [B, ${this.inputSize}], got ${formatShape(x.shape)}`)
    for (const [name, part] of Object.entries(state) as [string, Variable][])
      if (part.rank !== 2 || part.shape[0] !== x.shape[0] || part.shape[1] !== this.hiddenSize)
        fail(op, `wants state ${name} [${x.shape[0]}, ${this.hiddenSize}], got ${formatShape(part.shape)}`)
    return this.advance(this.project(x), state)
  }

  /** W_hh h + b_hh */
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
