import { gradcheck, gradgradcheck, type Variable } from '@unroll/autograd'
import type { Module } from '@unroll/rnn'
import { Random, type Tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, test } from 'vitest'
import { type AnyState, examples } from './support/networks.js'
import { packedFunction, packedPoint } from './support/parameters.js'
import { cellOf, type Drawn, drawnAt, fedTo, kinds, layerOf } from './support/variants.js'

describe.each(kinds)('%s in every form', (kind) => {
  const stepAt = drawnAt(kind, 2).map((drawn) => {
    const cell = cellOf(kind, drawn)
    const rng = new Random(drawn.seed + 2)
    const sizes = [drawn.inputSize, ...Object.values<number>(cell.stateSizes)]
    const inputs = sizes.map((size) => rng.normal([drawn.batch, size], 0, 1, { dtype: 'float64' }))
    return caseOf(cell, inputs, (x, ...parts) =>
      Object.values(cell.step(x, stateOf(Object.keys(cell.stateSizes), parts))),
    )
  })

  const sequenceOf = (drawn: Drawn) => {
    const layer = layerOf(kind, drawn)
    const { x, state, lengths } = fedTo(layer, drawn)
    const { checkpointEvery } = drawn
    const values = Object.values(state).map(({ value }) => value)
    return caseOf(layer, [layer.batchFirst ? x : x.transpose(0, 1), ...values], (x, ...parts) => {
      const [output, end] = layer.forward(x, stateOf(Object.keys(state), parts), { lengths, checkpointEvery })
      return [output, ...Object.values(end)]
    })
  }
  const sequence = drawnAt(kind, 2)
  /** A second layer brings nothing new to the second derivatives, but as many more of them as there are parameters. */
  const alone = sequence.map((drawn) => ({ ...drawn, options: { ...drawn.options, numLayers: 1 } }))

  test('the gradient of a step, by input, state and parameters', () => forAll(stepAt, 8, gradcheck))

  test('the second derivatives of a step', () => forAll(stepAt, 3, gradgradcheck))

  test('the gradient of a sequence, by input, state and parameters', () =>
    forAll(sequence.map(sequenceOf), 4, gradcheck))

  test('the second derivatives of a sequence', () => forAll(alone.map(sequenceOf), 2, gradgradcheck))
})

interface GradientCase {
  readonly f: (vector: Variable) => Variable
  readonly point: Tensor
}

function caseOf(
  module: Module,
  inputs: readonly Tensor[],
  f: (...inputs: Variable[]) => readonly Variable[],
): GradientCase {
  const shapes = inputs.map(({ shape }) => shape)
  return { f: packedFunction(module, shapes, f), point: packedPoint(module, inputs) }
}

function stateOf(names: readonly string[], parts: readonly Variable[]): AnyState {
  return Object.fromEntries(names.map((name, k) => [name, parts[k]])) as AnyState
}

function forAll(cases: fc.Arbitrary<GradientCase>, runs: number, check: typeof gradcheck): void {
  fc.assert(
    fc.property(cases, ({ f, point }) => check(f, [point])),
    examples(runs),
  )
}
