import { Random, reference, type Tensor, type TypedArray, tensor } from '@unroll/tensor'
import { tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { wasm } from '../../src/kernels/wasm/index.js'
import { expectAlike } from './twins.js'

const rng = new Random(7)
const runs = { seed: 20, numRuns: 200 }

describe('crossEntropy', () => {
  const tolerance = { relative: 1e-6, absolute: 3e-7 }

  function check(x: Tensor, target: Tensor, gradient: boolean, scale: number): void {
    const [a, b] = [wasm, reference].map((k) => k.crossEntropy(x, target, gradient, scale))
    expectAlike(a.losses, b.losses, tolerance)
    expect(a.gradient === undefined).toBe(!gradient)
    if (a.gradient && b.gradient) expectAlike(a.gradient, b.gradient, tolerance)
  }

  test.each([
    [3001, 13],
    [2, 17_001],
  ])('goes over %i rows of %i classes a chunk at a time', (rows, classes) => {
    const target = tensor(Int32Array.from({ length: rows }, (_, i) => (i * 7) % classes))
    check(rng.normal([rows, classes], 0, 3), target, true, 1 / rows)
    check(rng.normal([rows, classes], 0, 3), target, false, 1)
  })
})

describe('layerNorm', () => {
  const rows = tensors({ minRank: 1, maxRank: 3, maxLength: 11, minLength: 1 })
  const operands = rows.chain((x) => {
    const row = tensors({ shape: x.shape.slice(-1) })
    const maybe = fc.option(row, { nil: undefined })
    return fc.record({
      x: fc.constant(x),
      dy: tensors({ shape: x.shape }),
      affine: fc.record({ weight: maybe, bias: maybe }),
      eps: fc.constantFrom(1e-5, 0.5),
    })
  })

  test('gives what its twin gives, forward and backward, whatever the layout', () => {
    fc.assert(
      fc.property(operands, ({ x, dy, affine, eps }) => check(x, dy, affine, eps)),
      runs,
    )
  })

  test.each([
    [3001, 13],
    [2, 17_001],
  ])('goes over %i rows of %i a chunk at a time', (rows, length) => {
    const shape = [rows, length]
    const affine = { weight: rng.normal([length]), bias: rng.normal([length]) }
    check(rng.normal(shape, 100, 0.01), rng.normal(shape), affine, 1e-5)
  })

  function check(
    x: Tensor,
    dy: Tensor,
    affine: { weight: Tensor | undefined; bias: Tensor | undefined },
    eps: number,
  ): void {
    const [a, b] = [wasm, reference].map((k) => k.layerNorm(x, affine, eps))
    expectAlike(a.mean, b.mean, { relative: 1e-12, absolute: 1e-12 })
    expectAlike(a.rstd, b.rstd, { relative: 1e-9 })
    expectAlike(a.y, b.y, { relative: 1e-6, absolute: 5e-6 })
    const statistics = { mean: b.mean, rstd: b.rstd }
    const [da, db] = [wasm, reference].map((k) => k.layerNormBackward(x, affine, statistics, dy))
    const steepest = Math.max(...b.rstd)
    expectAlike(da.x, db.x, { relative: 1e-5, absolute: 1e-5 * steepest })
    expectAlike(da.weight, db.weight, { relative: 1e-5, absolute: 1e-5 })
    expectAlike(da.bias, db.bias, { relative: 1e-6, absolute: 1e-6 })
  }
})

describe('optimisers', () => {
  const tolerance = { relative: 1e-5, absolute: 1e-6 }

  test('goes over large parameters a chunk at a time', () => {
    const [p, g, m, v] = Array.from({ length: 4 }, () => rng.uniform([40_003], 0, 1))
    const options = {
      lr: 0.1,
      betas: [0.9, 0.99] as const,
      eps: 1e-8,
      weightDecay: 0,
      decoupled: false,
      step: 2,
    }
    compare([p, m, v], (k, [p, m, v]) => k.adam(p, g, { m, v }, () => options))
    const rmsprop = { lr: 0.1, alpha: 0.9, eps: 0.1, weightDecay: 0, momentum: 0.9 }
    compare([p, v, m], (k, [p, v, b]) => k.rmsprop(p, g, { v, b }, () => rmsprop))
  })

  /** Runs both on copies, laid out as the targets are, and compares all that lies in their storages. */
  function compare<const Targets extends readonly (Tensor | undefined)[]>(
    targets: Targets,
    run: (k: typeof reference, targets: Targets) => void,
  ): void {
    const [a, b] = [wasm, reference].map((k): TypedArray[] => {
      const own = targets.map(
        (x) =>
          x && {
            ...tensor(0),
            storage: { data: x.storage.data.slice() },
            shape: x.shape,
            strides: x.strides,
            offset: x.offset,
          },
      )
      run(k, own as unknown as Targets)
      return own.flatMap((x) => (x ? [x.storage.data] : []))
    })
    a.forEach((data, i) => {
      expectAlike(data, b[i], tolerance)
    })
  }
})
