import { type DType, oneHot, ops, Tensor, UnrollError } from '@unroll/tensor'
import type { GpuKernels } from '@unroll/tensor/gpu'
import {
  axesOf,
  axisOf,
  indices,
  shapes,
  sliceSpecsOf,
  type TensorsOptions,
  tensors,
  tensorsThatBroadcast,
} from '@unroll/tensor/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { modes, open } from './modes.js'

/*
 * Each op gives on a device what it gives on the host, errors included: of all dtypes and of none too many, of views as they
 * lie, of nothing, of NaN. How near to each other numbers are is the business of the makers' own tests.
 */

type Operand = Tensor | number
type Op = (...operands: never[]) => Tensor
type Call = readonly [operands: readonly Operand[], op: Op]

const dtypes: readonly DType[] = ['bool', 'int32', 'float32']
const any: TensorsOptions = { dtype: dtypes, minLength: 0, maxLength: 3, maxRank: 3, nonFinite: true }
const finite: TensorsOptions = { ...any, nonFinite: false }
const numbers = fc.constantFrom(0, 1, 3, 0.5, -2)

const { copy } = ops

const unary = (options: TensorsOptions, ...list: readonly Op[]): fc.Arbitrary<Call> =>
  fc.tuple(tensors(options), fc.constantFrom(...list)).map(([x, op]) => [[x], op])

const binary = (options: TensorsOptions, ...list: readonly Op[]): fc.Arbitrary<Call> => {
  const one = tensors(options)
  const pairs: fc.Arbitrary<Operand[]> = fc.oneof(
    tensorsThatBroadcast(2, options),
    fc.tuple(one, numbers),
    fc.tuple(numbers, one),
  )
  return fc.tuple(pairs, fc.constantFrom(...list)).map(([operands, op]) => [operands, op])
}

/** Ops that are told an axis, or axes. */
const along = <A>(
  options: TensorsOptions,
  axes: (shape: readonly number[]) => fc.Arbitrary<A>,
  ...list: readonly ((x: Tensor, axis: A & never) => Tensor)[]
): fc.Arbitrary<Call> =>
  fc
    .tuple(
      tensors(options).chain((x) => fc.tuple(fc.constant(x), axes(x.shape))),
      fc.constantFrom(...list),
    )
    .map(([[x, axis], op]) => [[x], (y: Tensor) => op(y, axis as A & never)])

const lastOrAll = (shape: readonly number[]) =>
  shape.length ? fc.oneof(fc.constant(undefined), axisOf(shape)) : fc.constant(undefined)

/** x, an axis, and an index that fits it. */
const picks = tensors({ ...finite, minRank: 1, minLength: 1 }).chain((x) =>
  fc.tuple(axisOf(x.shape), shapes({ minRank: x.rank, maxRank: x.rank, minLength: 0 })).chain(([axis, s]) => {
    const at = (axis + x.rank) % x.rank
    const shape = s.map((n, a) => (a === at ? n : Math.min(n, x.shape[a])))
    const index = fc.constantFrom(shape, [s[at]]).chain((own) => indices(x.shape[at], { shape: own }))
    return fc.record({ x: fc.constant(x), axis: fc.constant(at), index })
  }),
)

const calls: Readonly<Record<string, fc.Arbitrary<Call>>> = {
  'functions of one number': unary(
    any,
    ...[ops.neg, ops.abs, ops.sign, ops.square, ops.reciprocal, ops.sqrt, ops.rsqrt, ops.exp, ops.expm1],
    ...[ops.log, ops.log1p, ops.sin, ops.cos, ops.erf, ops.tanh, ops.sigmoid, ops.relu, ops.softplus],
    ...[ops.silu, ops.leakyRelu, ops.elu, ops.gelu, ops.isFinite, ops.logicalNot],
    (x: Tensor) => ops.gelu(x, 'tanh'),
    (x: Tensor) => ops.clamp(x, -1.5, 1),
    (x: Tensor) => ops.clamp(x, -1),
  ),
  'functions of two': binary(
    any,
    ...[ops.add, ops.sub, ops.mul, ops.div, ops.maximum, ops.minimum],
    ...[ops.equal, ops.notEqual, ops.less, ops.lessEqual, ops.greater, ops.greaterEqual],
  ),
  powers: binary({ ...finite, min: 0 }, ops.pow),
  conditions: tensorsThatBroadcast(3, any).map((x): Call => [x, ops.where]),
  casts: fc
    .tuple(tensors(finite), fc.constantFrom(...dtypes))
    .map(([x, dtype]): Call => [[x], (y: Tensor) => ops.cast(y, dtype)]),
  'ints, of which none is −0': unary(
    finite,
    (x: Tensor) => ops.reciprocal(ops.cast(x, 'int32')),
    (x: Tensor) => ops.div(1, ops.neg(ops.cast(x, 'int32'))),
  ),
  reductions: along(
    any,
    axesOf,
    ...[
      ops.sum,
      ops.prod,
      ops.max,
      ops.min,
      ops.logSumExp,
      ops.mean,
      ops.variance,
      ops.std,
      ops.all,
      ops.any,
    ],
  ),
  'where the best is': along(any, lastOrAll, ops.argmax, ops.argmin),
  'along an axis': along({ ...any, minRank: 1 }, axisOf, ops.cumsum, ops.softmax, ops.logSoftmax),
  views: along(
    any,
    sliceSpecsOf,
    (x, specs: readonly ops.SliceSpec[]) => copy(ops.slice(x, ...specs)),
    (x) => copy(ops.flip(x)),
    (x) => ops.flatten(x),
    (x) => copy(ops.squeeze(x)),
    (x) => copy(ops.expand(x, [2, ...x.shape])),
    (x) => (x.rank < 2 ? copy(x) : ops.transpose(x).add(1)),
  ),
  borders: along(
    any,
    (shape) => fc.tuple(...shape.map(() => fc.tuple(fc.nat(2), fc.nat(2)))),
    (x, widths: readonly (readonly [number, number])[]) => ops.pad(x, widths, 1),
  ),
  joins: fc
    .tuple(shapes({ ...any, minRank: 1 }), fc.array(fc.nat(3), { minLength: 1, maxLength: 9 }))
    .chain(([[_, ...rest], lengths]) =>
      fc.tuple(...lengths.map((length) => tensors({ ...any, shape: [length, ...rest] }))),
    )
    .map((x): Call => [x, (...y: Tensor[]) => ops.concat(y)]),
  stacks: shapes(any)
    .chain((shape) => fc.array(tensors({ ...any, shape }), { minLength: 1, maxLength: 8 }))
    .map((x): Call => [x, (...y: Tensor[]) => ops.stack(y, -1)]),
  products: fc
    .tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.nat(2))
    .chain(([m, k, n, b]) =>
      fc.tuple(tensors({ ...finite, shape: [b, m, k] }), tensors({ ...finite, shape: [k, n] })),
    )
    .map((x): Call => [x, ops.matmul]),
  picks: picks.map(
    ({ x, axis, index }): Call => [
      [x, index],
      (y: Tensor, i: Tensor) => (i.rank === y.rank ? ops.gather(y, axis, i) : ops.indexSelect(y, axis, i)),
    ],
  ),
  'sums by index': picks
    .filter(({ x, index }) => x.rank === index.rank)
    .chain(({ x, axis, index }) =>
      tensors({ ...finite, shape: index.shape }).map(
        (source): Call => [
          [x, index, source],
          (y: Tensor, i: Tensor, s: Tensor) => ops.scatterAdd(y, axis, i, s),
        ],
      ),
    ),
  classes: indices(4, { minLength: 0 }).map((x): Call => [[x], (y: Tensor) => oneHot(y, 4)]),
  normalisation: fc
    .tuple(fc.nat(3), fc.integer({ min: 1, max: 4 }))
    .chain(([n, c]) =>
      fc.tuple(tensors({ ...finite, shape: [n, c] }), tensors({ shape: [c] }), tensors({ shape: [c] })),
    )
    .map((x): Call => [x, ops.layerNorm]),
}

describe.each(modes)('%s', (mode) => {
  let gpu: GpuKernels
  beforeAll(async () => {
    gpu = await open(mode)
  })
  afterAll(() => gpu.destroy())

  test.each(Object.entries(calls))('%s', async (_, arbitrary) => {
    const agree = async ([operands, op]: Call) => {
      const want = resultOf(op, operands)
      const got = resultOf(
        op,
        operands.map((x) => (typeof x === 'number' ? x : brought(x, gpu))),
      )
      if (typeof want === 'string' || typeof got === 'string') {
        expect(got).toBe(want)
        return
      }
      expect([got.shape, got.dtype, got.device?.name]).toEqual([want.shape, want.dtype, gpu.name])
      const values = await got.read()
      want.data.forEach((w, i) => {
        const g = values[i]
        const isClose = Object.is(g, w) || g === w || Math.abs(g - w) < 2e-6 + 2e-5 * Math.abs(w)
        if (!isClose) expect.fail(`at ${i}: got ${g}, want ${w}`)
      })
    }
    await fc.assert(fc.asyncProperty(arbitrary, agree), { numRuns: 12, seed: 7 })
  })
})

/** What an op gives, or what it says. */
function resultOf(op: Op, operands: readonly Operand[]): Tensor | string {
  try {
    return op(...(operands as never[]))
  } catch (error) {
    if (!(error instanceof UnrollError)) throw error
    return error.message
  }
}

/** x on a device, where it lies as it does on the host. */
function brought({ storage, shape, strides, offset }: Tensor, gpu: GpuKernels): Tensor {
  const { data } = storage
  return Tensor.from(data, [data.length]).to(gpu).view(shape, strides, offset)
}
