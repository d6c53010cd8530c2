import type { Kernels } from '@unroll/tensor'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { end, makers } from '../../../../test/support/makers/makers.js'
import type { MapName } from '../../src/kernels/kernels.js'
import { maps } from '../../src/kernels/reference/functions.js'
import { checkOverAllFloats } from '../makers/suite/all-floats.js'
import { kernelCases } from '../makers/suite/index.js'
import { limits } from '../makers/suite/limits.js'

/*
 * One suite for whoever makes kernels: each of them, of random operands, gives what the reference gives in float64,
 * rounded, as far as the maker's stated tolerance goes (makers/tolerances.ts).
 */
describe.each(makers)('$name', (maker) => {
  let kernels: Kernels
  beforeAll(async () => {
    kernels = await maker.make()
  })
  afterAll(() => end(kernels))

  test.each(Object.entries(limits))('%s', (_, check) => check(maker, kernels))

  test.each(Object.keys(maps) as MapName[])('%s over all floats', (name) =>
    checkOverAllFloats(maker, kernels, name),
  )

  test.each(Object.entries(kernelCases))('%s is the reference', (_, { check }) => check(maker, kernels))
})
