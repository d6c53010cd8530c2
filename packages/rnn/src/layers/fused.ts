import { cast, fused, type Variable } from '@unroll/autograd'
import { promote, type SequenceName, sequence } from '@unroll/tensor'
import type { GatedCell } from '../cells/gated-cell.js'
import type { State } from '../cells/state.js'
import type { Direction } from './direction.js'
import { unroll } from './unroll.js'

/**
 * A cell over sequences `[B, T, F]` by a kernel that does all steps in one call, and backpropagation through time in
 * another: one entry on the tape. The results are those of `unroll`, which also stands in where the gradient is
 * itself to be differentiated.
 */
export function runFused<S extends State>(
  kernel: SequenceName,
  cell: GatedCell<S>,
  x: Variable,
  start: S,
  direction: Direction,
): [output: Variable, end: S] {
  const names = Object.keys(cell.stateSizes) as (keyof S)[] // the kernel's order, in whatever one they were given
  const stateOf = (parts: readonly Variable[]) =>
    Object.fromEntries(names.map((name, k) => [name, parts[k]])) as S
  const { weightIh, weightHh, biasIh, biasHh } = cell
  const biases = biasIh && biasHh ? [biasIh, biasHh] : []
  const inputs = ofOneDType([
    x,
    ...names.map((name) => start[name] as Variable),
    weightIh,
    weightHh,
    ...biases,
  ])
  const count = names.length

  const [output, ...end] = fused(
    kernel,
    inputs,
    (wanted) => {
      const values = inputs.map(({ value }) => value)
      const [weightIh, weightHh, biasIh, biasHh] = values.slice(1 + count)
      const state = values.slice(1, 1 + count)
      const tensors = { x: values[0], state, weightIh, weightHh, biasIh, biasHh, ...direction }
      const { output, state: end, backward, saved } = sequence(kernel, tensors, wanted.includes(true))
      return {
        outputs: [output, ...end],
        backward: ([dOutput, ...dEnd]) => {
          const d = backward?.(dOutput, dEnd, wanted[0])
          return d
            ? [d.x, ...d.state, d.weightIh, d.weightHh, d.biasIh, d.biasHh].slice(0, inputs.length)
            : []
        },
        keeps: direction.lengths && { lengths: direction.lengths },
        held: saved,
      }
    },
    (x, ...rest) => {
      const [weightIh, weightHh, biasIh, biasHh] = rest.slice(count)
      const twin: GatedCell<S> = Object.assign(Object.create(cell), { weightIh, weightHh, biasIh, biasHh })
      const [output, end] = unroll(twin, x, stateOf(rest.slice(0, count)), direction)
      return [output, ...names.map((name) => end[name] as Variable)]
    },
  )
  return [output, stateOf(end)]
}

function ofOneDType(inputs: readonly Variable[]): readonly Variable[] {
  const dtype = inputs.map((x) => x.dtype).reduce(promote)
  return inputs.map((x) => (x.dtype === dtype ? x : cast(x, dtype)))
}
