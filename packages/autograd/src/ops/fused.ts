import { fail, formatShape, sameShape, type Tensor } from '@unroll/tensor'
import { anomaly } from '../anomaly.js'
import { isRecording } from '../mode.js'
import { type Held, type Meta, metaOf, TapeEntry } from '../tape.js'
import { edgesOf, gradientsAt } from '../transforms/gradients.js'
import { Variable } from '../variable.js'
import { anyFlows, keep, numbered, record } from './record.js'

/** What the forward pass of a fused op gives. */
export interface FusedForward {
  /** Floats. */
  readonly outputs: readonly Tensor[]
  /**
   * The gradients by the inputs, from those by the outputs (undefined where none arrived). It may leave those
   * out that are not wanted. It may read the inputs, and what it has kept for itself; it may be called more than once.
   */
  readonly backward: (dys: readonly (Tensor | undefined)[]) => readonly (Tensor | undefined)[]
  /** What the backward pass reads besides the inputs and others may change in place: an output, say. */
  readonly keeps?: Readonly<Record<string, Tensor>>
  /** What else it holds on to, to be released with the tape. */
  readonly held?: Held
}

/**
 * An op whose gradient is written by hand, on plain tensors: several steps done as one, with less work or
 * memory than the tape would take for them.
 *
 * `forward` is told which inputs take a gradient: none, when nothing is recorded, and then it
 * need not keep anything. `composed` is the same function of the same inputs made of ops that can be
 * differentiated. It is run only where a gradient is itself to be differentiated (`createGraph`), for which
 * plain tensors do not do: then it takes the place of `backward`.
 *
 * The inputs are kept on the tape, and let go when it is released; one that was changed in place
 * before the backward pass is an error.
 * @throws UnrollError (on the way back) when a gradient has not the shape and dtype of its input, or `composed` does
 * not give what `forward` gave.
 */
export function fused(
  op: string,
  inputs: readonly Variable[],
  forward: (wanted: readonly boolean[]) => FusedForward,
  composed: (...inputs: Variable[]) => readonly Variable[],
): Variable[] {
  const recording = isRecording() && anyFlows(inputs)
  const wanted = inputs.map((x) => recording && x.edge !== undefined)
  const { outputs, backward, keeps = {}, held } = forward(wanted)
  anomaly?.checkResults(op, outputs, numbered(inputs))
  if (!recording) return outputs.map((value) => new Variable(value))
  const metas = outputs.map(metaOf)
  const entry = new TapeEntry(
    op,
    inputs.map((x) => x.edge),
    metas,
  )
  const kept = [
    ...numbered(inputs).map(([name, x]) => keep(name, x)),
    ...Object.entries(keeps).map(([name, value]) => keep(name, new Variable(value))),
  ]
  entry.keep(
    kept,
    (dys) =>
      isRecording()
        ? pullThrough(op, inputs, composed, metas, dys)
        : backward(dys.map((dy) => dy?.value)).map((dx, k) => gradientOf(op, inputs[k], k, dx)),
    held,
  )
  return outputs.map((value, output) => new Variable(value, { entry, output }))
}

function gradientOf(op: string, x: Variable, k: number, dx: Tensor | undefined): Variable | undefined {
  if (!dx) return undefined
  if (!sameShape(dx.shape, x.shape) || dx.dtype !== x.dtype)
    fail(op, `the gradient by input ${k} must be ${describe(x)} as the input is, got ${describe(dx)}`)
  return new Variable(dx)
}

/**
 * The gradients by the inputs as variables that know how they were made: the composed form is recorded anew, on
 * aliases of the inputs, and the tape walked back from its results to these. The walk itself is recorded.
 */
function pullThrough(
  op: string,
  inputs: readonly Variable[],
  composed: (...inputs: Variable[]) => readonly Variable[],
  metas: readonly Meta[],
  dys: readonly (Variable | undefined)[],
): (Variable | undefined)[] {
  const aliases = inputs.map((x) => (x.edge ? alias(x) : x))
  const ys = composed(...aliases)
  if (ys.length !== metas.length || ys.some((y, k) => !sameShape(y.shape, metas[k].shape)))
    fail(
      op,
      `its composed form must give ${metas.map(describe).join(', ')}, got ${ys.map(describe).join(', ')}`,
    )
  const found = gradientsAt(edgesOf(aliases), ys, dys, { createGraph: true })
  return inputs.map((x, k) => (x.edge ? found[k] : undefined))
}

/** y = x;  dx = dy */
function alias(x: Variable): Variable {
  return record('alias', [x.value], [x], (dys) => dys)[0]
}

function describe({ shape, dtype }: Meta): string {
  return `${formatShape(shape)} ${dtype}`
}
