import { copy, fail, formatShape, full, sameShape, Tensor } from '@unroll/tensor'
import { withRecording } from './mode.js'
import { add } from './ops/arithmetic.js'
import { type Edge, reachable, type TapeEntry } from './tape.js'
import { type GradHook, type Operand, Variable } from './variable.js'

export interface BackwardOptions {
  /** Keep the tape for another backward. Default: false, or true with `createGraph`. */
  retainGraph?: boolean
  /** Record the gradients themselves, so that they can be differentiated in turn. Default: false. */
  createGraph?: boolean
}

/**
 * Adds dy · ∂y/∂leaf to the `grad` of every leaf that y was made of, by walking the tape back.
 * `dy`, the gradient with respect to y, has its shape; it may be left out for a scalar, where it is 1.
 * @throws UnrollError when there is nothing to differentiate, the tape was released by an earlier
 * walk, or a value that it kept was changed in place.
 */
export function backward(y: Variable, dy?: Operand, options: BackwardOptions = {}): void {
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
 * `arrive` is told of the total gradients of each entry's outputs (undefined where none came).
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
    dys[output] = sum ? add(sum, dx) : dx
  }
  withRecording(createGraph, () => {
    for (const [end, dy] of ends) send(end, dy)
    for (const entry of entries.toReversed()) {
      const dys = arrived.get(entry) as (Variable | undefined)[]
      arrived.delete(entry)
      if (dys.length === 0) continue
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
  if (dy === undefined) {
    if (y.size !== 1)
      fail(
        op,
        `wants the gradient dy for a result of shape ${formatShape(y.shape)}; only for one element may it be left out`,
      )
    return new Variable(full(y.shape, 1, { dtype: y.dtype }))
  }
  const given =
    dy instanceof Variable
      ? dy
      : new Variable(dy instanceof Tensor ? dy : full(y.shape, dy, { dtype: y.dtype }))
  checkGradient(op, 'dy', given, y)
  return given
}

/** A gradient has the shape and dtype of what it is the gradient of. */
function checkGradient(op: string, what: string, dx: Variable, x: Variable): void {
  if (!sameShape(dx.shape, x.shape) || dx.dtype !== x.dtype)
    fail(
      op,
      `${what} must have the shape and dtype ${formatShape(x.shape)} ${x.dtype}, got ${formatShape(dx.shape)} ${dx.dtype}`,
    )
}

function accumulate(leaf: Variable, dx: Variable, createGraph: boolean): void {
  // A gradient may be a view, or be shared by several leaves; each gets its own, to change as it likes.
  const own = (x: Variable) => (createGraph ? x : new Variable(copy(x.value)))
  const total = leaf.hooks?.size ? hooked(leaf, leaf.hooks, own(dx)) : dx
  leaf.grad = leaf.grad ? add(leaf.grad, total) : own(total)
}

/** dx as the hooks of the leaf leave it, one after another. */
function hooked(leaf: Variable, hooks: Iterable<GradHook>, dx: Variable): Variable {
  let total = dx
  for (const hook of hooks) {
    const replaced = hook(total) ?? total
    if (!(replaced instanceof Variable)) fail('onGrad', 'a hook gives a Variable, or nothing')
    checkGradient('onGrad', 'what a hook gives', replaced, leaf)
    total = replaced
  }
  return total
}
