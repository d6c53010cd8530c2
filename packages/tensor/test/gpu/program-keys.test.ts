import fc from 'fast-check'
import { expect, test } from 'vitest'
import { traceKernels } from '../../src/gpu/compile/trace-kernels.js'
import {
  adagradStep,
  adamStep,
  argmax,
  argmin,
  classLosses,
  concat,
  cumsum,
  layerNormed,
  matmul,
  ops,
  rmspropStep,
  type SequenceName,
  sequence,
  sgdStep,
  sumOfSquares,
  type Tensor,
  tensor,
  withKernels,
  zeros,
} from '../../src/index.js'
import { layOut, layouts } from '../../src/testing/layouts.js'

/*
 * A kernel is looked up by its name, its key and its size, and made of the text of the program that asked first. So a key that
 * misses something that its text depends on would give the numbers of another program. Shapes are few here, so that
 * programs that differ in something have all the rest in common.
 */

const side = fc.constantFrom(1, 2, 3)

function laidOut(...shape: number[]): fc.Arbitrary<Tensor> {
  return layouts(shape, false).map((layout) => layOut(shape, 'float32', zeros(shape).data as never, layout))
}

const pair = fc
  .tuple(side, side)
  .chain(([m, n]) => fc.tuple(laidOut(m, n), laidOut(m, n), laidOut(n, m), fc.constantFrom(0, 1)))

const elementwise = pair.map(([a, b, , axis]) => () => {
  a.add(b).mul(a).sub(2).maximum(b)
  a.greater(b).cast('int32').cast('float32')
  ops.where(a.greater(0), a, b)
  ops.where(a.greater(0), a, 1)
  ops.where(a.greater(0), 1, b)
  a.clamp(0, 1).leakyRelu(0.1).elu(1).tanh()
  concat([a, b], axis)
  concat(
    Array.from({ length: 9 }, () => a),
    axis,
  )
  ops.pad(a, [[1, 0]])
})

const folded = pair.map(([a, b, c, axis]) => () => {
  for (const fold of [ops.sum, ops.prod, ops.max, ops.min, ops.logSumExp, ops.mean]) {
    fold(a)
    fold(b, axis)
    fold(c, axis, { keepDims: true })
  }
  for (const along of [ops.softmax, ops.logSoftmax, cumsum, argmax, argmin]) along(a, axis)
  sumOfSquares(b)
  matmul(a, c)
  matmul(c, b)
  const index = tensor([0], { dtype: 'int32' })
  ops.indexSelect(a, axis, index)
  const places = zeros(
    a.shape.map((n, i) => (i === axis ? 1 : n)),
    { dtype: 'int32' },
  )
  ops.scatterAdd(a, axis, places, ops.gather(b, axis, places))
  const classes = zeros([a.shape[0]], { dtype: 'int32' })
  classLosses(a, classes, { gradient: true, scale: 1 })
})

/** Rows of more elements than one thread takes. */
const long = fc.constantFrom(200, 256, 257, 600).map((n) => () => {
  const x = zeros([2, n])
  for (const fold of [ops.sum, ops.max, ops.logSumExp]) {
    fold(x, 1)
    fold(x)
  }
  for (const along of [cumsum, argmax, argmin]) along(x)
  sumOfSquares(x)
})

const normalized = fc.tuple(pair, fc.boolean(), fc.boolean()).map(([[x, dy], hasWeight, hasBias]) => () => {
  const row = zeros([x.shape[1]])
  const { backward } = layerNormed(x, hasWeight ? row : undefined, hasBias ? row : undefined)
  backward(dy)
})

const recurrent = fc
  .record({
    cell: fc.constantFrom<SequenceName>('rnnTanh', 'rnnRelu', 'lstm', 'gru'),
    x: fc.tuple(side, side).chain(([T, I]) => laidOut(2, T, I)),
    H: fc.constantFrom(1, 2),
    bias: fc.boolean(),
    lengths: fc.boolean(),
    reverse: fc.boolean(),
    dOutput: fc.boolean(),
    dH: fc.boolean(),
  })
  .map(({ cell, x, H, bias, lengths, reverse, dOutput, dH }) => () => {
    const [B, T, I] = x.shape
    const G = { rnnTanh: 1, rnnRelu: 1, lstm: 4, gru: 3 }[cell]
    const parts = cell === 'lstm' ? 2 : 1
    const biases = bias ? { biasIh: zeros([G * H]), biasHh: zeros([G * H]) } : {}
    const given = {
      x,
      state: Array.from({ length: parts }, () => zeros([B, H])),
      weightIh: zeros([G * H, I]),
      weightHh: zeros([G * H, H]),
      ...biases,
      ...(lengths && { lengths: tensor([1, T], { dtype: 'int32' }) }),
      reverse,
    }
    const { backward } = sequence(cell, given, true)
    const dState = Array.from({ length: parts }, (_, p) => (p > 0 || dH ? zeros([B, H]) : undefined))
    backward?.(dOutput ? zeros([B, T, H]) : undefined, dState, true)
  })

const stepped = fc.tuple(pair, fc.boolean(), fc.boolean()).map(([[p, g], one, other]) => () => {
  const like = () => zeros(p.shape)
  const options = { lr: 1, weightDecay: 0, eps: 1, momentum: 0, alpha: 0, lrDecay: 0, step: 1 }
  sgdStep(p, g, one ? like() : undefined, { ...options, dampening: 0, nesterov: other })
  const largest = one ? { largest: like() } : {}
  adamStep(p, g, { m: like(), v: like(), ...largest }, { ...options, betas: [0, 0], decoupled: other })
  rmspropStep(p, g, { v: like(), ...(one && { m: like() }), ...(other && { b: like() }) }, options)
  adagradStep(p, g, like(), options)
  p.slice(0).assign(g.slice(-1))
  p.fill(3)
})

test('programs of one name, key and size have one text', () => {
  const { kernels, begin } = traceKernels('gpu')
  const texts = new Map<string, string>()
  let repeated = 0
  fc.assert(
    fc.property(fc.oneof(elementwise, folded, long, normalized, recurrent, stepped), (body) => {
      const { trace, end } = begin()
      try {
        withKernels(kernels, body)
      } finally {
        end()
      }
      for (const { source } of trace.values) {
        if (source.kind !== 'computed') continue
        const { name, key, size } = source.program
        const text = source.program.source()
        const id = [name, key, size].join('!')
        if (texts.has(id)) repeated++
        expect(texts.get(id) ?? text, id).toBe(text)
        texts.set(id, text)
      }
    }),
    { seed: 5, numRuns: 250 },
  )
  expect(texts.size).toBeGreaterThan(500)
  expect(repeated).toBeGreaterThan(1000)
})
