import { noGrad, type Variable } from '@unroll/autograd'
import { tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { expectClose } from '../../../test/support/golden.js'
import { type AnyState, examples } from './support/networks.js'
import * as oracle from './support/oracle.js'
import { drawnAt, fedTo, kinds, layerOf, mapState } from './support/variants.js'

describe.each(kinds)('%s', (kind) => {
  test('in every form, gives the numbers of the papers’ equations', () => {
    fc.assert(
      fc.property(drawnAt(kind, 4), fc.boolean(), (drawn, unbatched) => {
        const { options, time, checkpointEvery } = drawn
        const batch = unbatched ? 1 : drawn.batch
        const layer = layerOf(kind, drawn)
        const { x, state, lengths } = fedTo(layer, { ...drawn, batch })
        const start = drawn.withState ? state : undefined

        const laidOut = options.batchFirst ? x : x.transpose(0, 1)
        const [output, end] = noGrad(() =>
          layer.forward(
            unbatched ? x.squeeze(0) : laidOut,
            start && mapState(start, (part) => (unbatched ? part.squeeze(1) : part)),
            { lengths, checkpointEvery },
          ),
        )

        const weights = layer.stateDict()
        const from = start ?? layer.zeroState(batch)
        const each = (x.toArray() as number[][][]).map((sequence, b) => {
          const read = sequence.slice(0, lengths?.[b])
          const states = layer.cells.map((_, k) => numbersAt(from, k, b))
          return oracle.layer(kind, options, weights, read, states)
        })
        const D = options.bidirectional ? 2 : 1
        const merged = (two: readonly number[][]) =>
          two.length === 1 ? two[0] : oracle.merged(options.merge ?? 'concat', two[0], two[1])
        const lastOf = (b: number) => merged(each[b].end.slice(-D).map(({ h }) => h))
        const sequences = each.map(({ output }) => [
          ...output,
          ...Array.from({ length: time - output.length }, () => output[0].map(() => 0)),
        ])

        const without = (y: Variable, axis: number) => (unbatched ? y.unsqueeze(axis) : y)
        if (options.returnSequences)
          expectNumbers(
            unbatched || options.batchFirst ? without(output, 0) : output.transpose(0, 1),
            sequences,
          )
        else
          expectNumbers(
            without(output, 0),
            each.map((_, b) => lastOf(b)),
          )
        expectNumbers(
          without(layer.lastHidden(end), 0),
          each.map((_, b) => lastOf(b)),
        )
        for (const [name, part] of Object.entries(end) as [keyof AnyState, Variable][])
          expectNumbers(
            without(part, 1),
            layer.cells.map((_, k) => each.map(({ end }) => end[k][name] as number[])),
          )
      }),
      examples(100),
    )
  })
})

/** The state of one cell and one sequence. */
function numbersAt(state: AnyState, cell: number, sequence: number): oracle.CellState {
  const parts = Object.entries(state).map(([name, part]) => [name, part.slice(cell, sequence).toArray()])
  return Object.fromEntries(parts)
}

function expectNumbers(actual: Variable, expected: readonly unknown[]): void {
  expectClose(actual, tensor(expected as number[], { dtype: 'float64' }), { rtol: 1e-11, atol: 1e-11 })
}
