import { checkNames, fail, formatShape, full, type OptionNames, sameShape } from '@unroll/tensor'
import { anomaly } from './anomaly.js'
import { accumulate, callHooks } from './hooks.js'
import { withRecording } from './mode.js'
import { valueOf } from './operand.js'
import { add } from './ops/arithmetic.js'
import { type Edge, type Meta, reachable, type TapeEntry } from './tape.js'
import { type Operand, Variable } from './variable.js'

export interface BackwardOptions {
  /** Keep the tape for another backward. Default: false, or true with `createGraph`. */
  retainGraph?: boolean
  /** Record the gradients themselves, so that they can be differentiated in turn. Default: false. */
  createGraph?: boolean
}

export const backwardOptions: OptionNames<BackwardOptions> = { retainGraph: true, createGraph: true }

/**
 * Adds dy · ∂y/∂leaf to the `grad` of every leaf that y was made of, by walking the tape back.
 * `dy`, the gradient with respect to y, has its shape; it may be left out for a scalar, where it is 1.
 * @throws UnrollError when there is nothing to differentiate, the tape was released by an earlier
 * walk, a value that it kept was changed in place, or there is no such option.
 */
export function backward(y: Variable, dy?: Operand, options: BackwardOptions = {}): void {
  checkNames('backward', options, backwardOptions)
  if (dy !== undefined && Object.getPrototypeOf(dy) === Object.prototype)
    fail('backward', 'the gradient dy comes first, and options second: backward(undefined, { … })')
  const { createGraph = false } = options
  const root = rootOf('backward', y)
  walk(reachable([root]), [[root, seed('backward', y, dy)]], options, ({ leaf }, [dx]) => {
    if (leaf?.requiresGrad && dx) accumulate(leaf, dx, createGraph)
  })
}

/**
 * The reverse walk over `entries`, from the youngest to the oldest, so that an entry is reached only
 * when every gradient that flows into it has arrived: they are summed on the way. An entry that
 * was passed lets go of what it kept, unless the tape is retained.
 *
 * It starts at `ends`, each with its gradient, and does not pass entries with numbers below `first`.
 * `arrive` is told of the total gradients of each entry's outputs (undefined where none came), as the hooks
 * on these have left them.
 */
export function walk(
  entries: readonly TapeEntry[],
  ends: Iterable<readonly [Edge, Variable]>,
  { createGraph = false, retainGraph = createGraph }: BackwardOptions,
  arrive: (entry: TapeEntry, dys: readonly (Variable | undefined)[]) => void,
  first = 0,
): void {
  const arrived = new Map<TapeEntry, (Variable | undefined)[]>(entries.map((entry) => [entry, []]))
  const send = ({ entry, output }: Edge, dx: Variable) => {
    const dys = arrived.get(entry)
    if (!dys) return // not on the way
    const sum = dys[output]
    dys[output] = sum ? meet(entry, sum, dx) : dx
  }
  withRecording(createGraph, () => {
    for (const [end, dy] of ends) send(end, dy)
    for (const entry of entries.toReversed()) {
      const dys = arrived.get(entry) as (Variable | undefined)[]
      arrived.delete(entry)
      if (dys.length === 0) continue
      if (entry.hooks && entry.number >= first && entry.leaf?.requiresGrad !== false)
        callHooks(entry.hooks, entry.outputs, dys, createGraph)
      arrive(entry, dys)
      if (entry.number < first) continue
      if (!entry.inputs.some((edge) => edge && arrived.has(edge.entry))) continue
      entry.pull(dys).forEach((dx, k) => {
        const edge = entry.inputs[k]
        if (edge && dx) send(edge, dx)
      })
      if (!retainGraph) entry.release()
    }
  })
}

/** The gradients that two uses of one value give it. */
function meet(entry: TapeEntry, dy: Variable, other: Variable): Variable {
  return anomaly ? anomaly.sum(entry, dy, other, add) : add(dy, other)
}

/** Where the tape of y ends. @throws UnrollError when y is not on the tape. */
export function rootOf(op: string, y: Variable): Edge {
  return (
    y.edge ??
    fail(
      op,
      `nothing to differentiate: this ${formatShape(y.shape)} was not made from a variable that requires a gradient, or under noGrad`,
    )
  )
}

/** The gradient to start from: `dy`, or 1 for a scalar. */
export function seed(op: string, y: Variable, dy: Operand | undefined): Variable {
  if (dy !== undefined) return gradientFor(op, 'dy', y, dy)
  if (y.size !== 1)
    fail(
      op,
      `wants the gradient dy for a result of shape ${formatShape(y.shape)}; only for one element may it be left out`,
    )
  return new Variable(full(y.shape, 1, { dtype: y.dtype }))
}

/** A gradient for x, or another vector of its space: a number fills its shape. @throws UnrollError when it does not fit. */
export function gradientFor(op: string, what: string, x: Meta, dx: Operand): Variable {
  const value = valueOf(op, dx)
  const given =
    dx instanceof Variable
      ? dx
      : new Variable(typeof value === 'number' ? full(x.shape, value, { dtype: x.dtype }) : value)
  checkGradient(op, what, given, x)
  return given
}

/** A gradient has the shape and dtype of what it is the gradient of. */
function checkGradient(op: string, what: string, dx: Meta, x: Meta): void {
  if (!sameShape(dx.shape, x.shape) || dx.dtype !== x.dtype)
    fail(
      op,
      `${what} must have the shape and dtype ${formatShape(x.shape)} ${x.dtype}, got ${formatShape(dx.shape)} ${dx.dtype}`,
    )
}
