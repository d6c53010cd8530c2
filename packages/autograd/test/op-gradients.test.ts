import { ops, parameter, type Variable } from '@unroll/autograd'
import { checkGradients } from '@unroll/autograd/testing'
import { describe, expect, test } from 'vitest'
import { opCases, withoutGradient } from './op-cases/index.js'

test('every op is either checked or has no gradient', () => {
  expect([...Object.keys(opCases), ...withoutGradient].sort()).toEqual(Object.keys(ops).sort())
})

describe('right to first and second order, over shapes, broadcasts, axes and layouts:', () => {
  test.each(Object.entries(opCases))('%s', (_, cases) => {
    checkGradients(cases, { seed: 20, numRuns: 50 })
  })
})

describe('constant almost everywhere, so without a gradient:', () => {
  test.each(withoutGradient)('%s', (name) => {
    const op = ops[name]
    const operands = op.length > 1 ? [parameter([1, 2]), parameter([2, 1])] : [parameter([1, 2])]
    const y: Variable = Reflect.apply(op, undefined, operands)
    expect(y.requiresGrad).toBe(false)
  })
})
