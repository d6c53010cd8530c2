import { isFloat } from '../dtype.js'
import { fail } from '../errors.js'
import { kernelsOf } from '../kernels/active.js'
import type { Elements } from '../kernels/elements.js'
import type { Saved, SequenceName } from '../kernels/sequence.js'
import { formatShape, type Shape, sameShape } from '../shape.js'
import { Tensor } from '../tensor.js'
import { checkElements } from './check-elements.js'

/**
 * One layer of a recurrent network in one direction: B sequences of T steps, I inputs, H hidden units, G
 * gates (1, 3 of the GRU: r z n, 4 of the LSTM: i f g o). All of one float dtype.
 */
export interface SequenceTensors {
  /** `[B, T, I]` */
  readonly x: Tensor
  /** The state before the first step, each part `[B, H]`: h, and the LSTM's c. */
  readonly state: readonly Tensor[]
  /** `[G · H, I]` */
  readonly weightIh: Tensor
  /** `[G · H, H]` */
  readonly weightHh: Tensor
  /** `[G · H]`; both biases or neither */
  readonly biasIh?: Tensor
  readonly biasHh?: Tensor
  /** Int32 `[B]`, each from 0 to T. Default: all T. */
  readonly lengths?: Tensor
  /** From the last step of each sequence to its first. Default: false. */
  readonly reverse?: boolean
}

export interface SequenceResult {
  /** h at every step, `[B, T, H]`; 0 beyond a sequence's end */
  readonly output: Tensor
  /** The state after each sequence's last step, each part `[B, H]`. */
  readonly state: readonly Tensor[]
  /** Backpropagation through time; there when it was asked for. It may be called more than once. */
  readonly backward: SequenceBackward | undefined
  /** What is held for it; once released, it is not to be called again. */
  readonly saved: Saved | undefined
}

/**
 * dL/d(inputs) from dL/d(output) and dL/d(state) (undefined where nothing flows): each with the shape
 * of what it is the gradient of, and that by x only where it is wanted.
 */
export type SequenceBackward = (
  dOutput: Tensor | undefined,
  dState: readonly (Tensor | undefined)[],
  wantX: boolean,
) => SequenceTensorGradients

export interface SequenceTensorGradients {
  readonly x: Tensor | undefined
  readonly state: readonly Tensor[]
  readonly weightIh: Tensor
  readonly weightHh: Tensor
  readonly biasIh: Tensor | undefined
  readonly biasHh: Tensor | undefined
}

/**
 * Runs a recurrent network (`rnnTanh`, `rnnRelu`, `lstm`, `gru`) over a batch of sequences, in one call of a
 * fused kernel. Beyond its end a sequence does not move: x is not looked at there, the output is 0, and so is x's gradient.
 *
 * @param save whether gradients will be wanted
 * @throws UnrollError when shapes or dtypes do not fit together, or a length is not from 0 to T.
 */
export function sequence(name: SequenceName, tensors: SequenceTensors, save = false): SequenceResult {
  checkTensors(name, tensors)
  const { x, state, weightIh, weightHh, biasIh, biasHh, lengths, reverse = false } = tensors
  const input = { x, state, weightIh, weightHh, biasIh, biasHh, lengths, reverse }
  const [B, T] = x.shape
  const H = weightHh.shape[1]
  const kernel = kernelsOf(name, x.dtype, x, ...state, weightIh, weightHh, biasIh, biasHh, lengths)[name]
  const result = kernel.forward(input, save)
  const { saved } = result
  return {
    output: Tensor.from(result.output, [B, T, H]),
    state: result.state.map((part) => Tensor.from(part, [B, H])),
    backward:
      saved &&
      ((dOutput, dState, wantX) => {
        const d = kernel.backward(
          input,
          saved,
          { output: dOutput, state: state.map((_, k) => dState[k]) },
          wantX,
        )
        return {
          x: like(x, d.x),
          state: d.state.map((part) => Tensor.from(part, [B, H])),
          weightIh: Tensor.from(d.weightIh, weightIh.shape),
          weightHh: Tensor.from(d.weightHh, weightHh.shape),
          biasIh: like(biasIh, d.biasIh),
          biasHh: like(biasHh, d.biasHh),
        }
      }),
    saved,
  }
}

function like(x: Tensor | undefined, data: Elements | undefined): Tensor | undefined {
  return x && data && Tensor.from(data, x.shape)
}

const gatesOf: Record<SequenceName, number> = { rnnTanh: 1, rnnRelu: 1, gru: 3, lstm: 4 }

function checkTensors(name: SequenceName, tensors: SequenceTensors): void {
  const { x, state, weightIh, weightHh, biasIh, biasHh, lengths } = tensors
  if (x.rank !== 3 || !isFloat(x.dtype))
    fail(name, `wants floats x [B, T, I], got ${formatShape(x.shape)} ${x.dtype}`)
  const [B, T, I] = x.shape
  const H = weightHh.shape[1]
  const rows = gatesOf[name] * H
  const check = (what: string, tensor: Tensor, shape: Shape) => {
    if (!sameShape(tensor.shape, shape) || tensor.dtype !== x.dtype)
      fail(
        name,
        `wants ${what} ${formatShape(shape)} ${x.dtype}, got ${formatShape(tensor.shape)} ${tensor.dtype}`,
      )
  }
  check('weightHh', weightHh, [rows, H])
  check('weightIh', weightIh, [rows, I])
  if (!biasIh !== !biasHh)
    fail(name, `wants both biases or neither, got ${biasIh ? 'biasIh' : 'biasHh'} only`)
  if (biasIh) check('biasIh', biasIh, [rows])
  if (biasHh) check('biasHh', biasHh, [rows])
  const parts = name === 'lstm' ? ['h', 'c'] : ['h']
  if (state.length !== parts.length)
    fail(name, `wants a state of ${parts.join(' and ')}, got ${state.length} parts`)
  parts.forEach((part, k) => {
    check(part, state[k], [B, H])
  })
  if (lengths) checkLengths(name, lengths, B, T)
}

/** @throws UnrollError when lengths are not int32 `[B]`, or one of them is not from 0 to T. */
export function checkLengths(op: string, lengths: Tensor, B: number, T: number): void {
  if (!sameShape(lengths.shape, [B]) || lengths.dtype !== 'int32')
    fail(op, `wants lengths [${B}] int32, got ${formatShape(lengths.shape)} ${lengths.dtype}`)
  checkElements(lengths, (data) => {
    for (let b = 0; b < data.length; b++)
      if (data[b] < 0 || data[b] > T)
        fail(op, `wants lengths from 0 to ${T} (the steps there are), got ${data[b]} for sequence ${b}`)
  })
}
