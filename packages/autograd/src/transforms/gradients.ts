import { fail, formatShape, zeros } from '@unroll/tensor'
import { type BackwardOptions, rootOf, seed, walk } from '../backward.js'
import { reachable, type TapeEntry } from '../tape.js'
import { type Operand, Variable } from '../variable.js'

export interface GradientsOptions extends BackwardOptions {
  /** The gradient with respect to the output; 1 when left out, which a scalar allows. */
  dy?: Operand
  /** Give zeros for an input that the output does not depend on, instead of throwing. Default: false. */
  allowUnused?: boolean
}

/**
 * d(output)/d(input) for each input: as `backward`, but given back instead of added to `grad`. Inputs
 * may be results of ops as well as leaves, and hooks are not called.
 * @throws UnrollError when the output does not depend on an input (unless `allowUnused`).
 */
export function gradients(
  output: Variable,
  inputs: readonly Variable[],
  options: GradientsOptions = {},
): Variable[] {
  const { allowUnused = false } = options
  const root = rootOf('gradients', output)
  const entries = reachable([root])
  const wanted = inputs.map(
    (x, i) => x.edge ?? fail('gradients', `input ${i} ${formatShape(x.shape)} does not require a gradient`),
  )
  const targets = new Set(wanted.map(({ entry }) => entry))
  const towards = leadingTo(entries, targets)
  const found = new Map<TapeEntry, readonly (Variable | undefined)[]>()
  walk(towards, root, seed('gradients', output, options.dy), options, (entry, dys) => {
    if (targets.has(entry)) found.set(entry, dys)
  })
  return wanted.map(({ entry, output: k }, i) => {
    const dx = found.get(entry)?.[k]
    if (dx) return dx
    if (!allowUnused)
      fail('gradients', `the output does not depend on input ${i} ${formatShape(inputs[i].shape)}`)
    return new Variable(zeros(inputs[i].shape, { dtype: inputs[i].dtype }))
  })
}

/** The entries from which a target can be reached: the others need no visit. Inputs come before their users in the list. */
function leadingTo(entries: readonly TapeEntry[], targets: ReadonlySet<TapeEntry>): TapeEntry[] {
  const leading = new Set<TapeEntry>()
  for (const entry of entries)
    if (targets.has(entry) || entry.inputs.some((edge) => edge && leading.has(edge.entry))) leading.add(entry)
  return [...leading]
}
