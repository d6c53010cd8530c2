import { checkNames, fail, formatShape, kindOf, type OptionNames, zeros } from '@unroll/tensor'
import { type BackwardOptions, backwardOptions, rootOf, seed, walk } from '../backward.js'
import { type Edge, reachable, type TapeEntry } from '../tape.js'
import { type Operand, Variable } from '../variable.js'

export interface GradientsOptions extends BackwardOptions {
  /** The gradient with respect to the output; 1 when left out, which a scalar allows. */
  dy?: Operand
  /** Give zeros for an input that the output does not depend on, instead of throwing. Default: false. */
  allowUnused?: boolean
}

const gradientsOptions: OptionNames<GradientsOptions> = { ...backwardOptions, dy: true, allowUnused: true }

/**
 * d(output)/d(input) for each input: as `backward`, but given back instead of added to the `grad` of leaves. Inputs
 * may be results of ops as well as leaves. Hooks are called on the way, and at the inputs, as in PyTorch's `autograd.grad`.
 * @throws UnrollError when the output does not depend on an input (unless `allowUnused`), the inputs are no array of
 * variables, or there is no such option.
 */
export function gradients(
  output: Variable,
  inputs: readonly Variable[],
  options: GradientsOptions = {},
): Variable[] {
  checkNames('gradients', options, gradientsOptions)
  const { allowUnused = false } = options
  rootOf('gradients', output)
  if (!Array.isArray(inputs)) fail('gradients', `wants an array of inputs, got ${kindOf(inputs)}`)
  inputs.forEach((x, i) => {
    if (!(x instanceof Variable)) fail('gradients', `input ${i} is no Variable, but ${kindOf(x)}`)
    if (!x.edge) fail('gradients', `input ${i} ${formatShape(x.shape)} does not require a gradient`)
  })
  const dy = seed('gradients', output, options.dy)
  return gradientsAt(edgesOf(inputs), [output], [dy], options).map((dx, i) => {
    if (dx) return dx
    if (!allowUnused)
      fail('gradients', `the output does not depend on input ${i} ${formatShape(inputs[i].shape)}`)
    return new Variable(zeros(inputs[i].shape, { dtype: inputs[i].dtype }))
  })
}

/**
 * The total gradients that arrive at the places `wanted` when the tape is walked back from `ys`, each with its
 * gradient; undefined where none does. Entries with numbers below `first` are not passed.
 */
export function gradientsAt(
  wanted: readonly (Edge | undefined)[],
  ys: readonly Variable[],
  dys: readonly (Variable | undefined)[],
  options: BackwardOptions,
  first = 0,
): (Variable | undefined)[] {
  const ends = ys.flatMap(({ edge }, k) => {
    const dy = dys[k]
    return edge && dy ? [[edge, dy] as const] : []
  })
  const targets = new Set(wanted.map((edge) => edge?.entry))
  const entries = reachable(
    ends.map(([edge]) => edge),
    first,
  )
  const towards = leadingTo(entries, targets)
  const found = new Map<TapeEntry, readonly (Variable | undefined)[]>()
  const arrive = (entry: TapeEntry, dys: readonly (Variable | undefined)[]) => {
    if (targets.has(entry)) found.set(entry, dys)
  }
  walk(towards, ends, options, arrive, first)
  return wanted.map((edge) => edge && found.get(edge.entry)?.[edge.output])
}

export function edgesOf(variables: readonly Variable[]): (Edge | undefined)[] {
  return variables.map(({ edge }) => edge)
}

/** The entries from which a target can be reached: the others need no visit. Inputs come before their users in the list. */
function leadingTo(entries: readonly TapeEntry[], targets: ReadonlySet<TapeEntry | undefined>): TapeEntry[] {
  const leading = new Set<TapeEntry>()
  for (const entry of entries)
    if (targets.has(entry) || entry.inputs.some((edge) => edge && leading.has(edge.entry))) leading.add(entry)
  return [...leading]
}
