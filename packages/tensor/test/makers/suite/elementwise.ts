import { tensors } from '@unroll/tensor/testing'
import fc from 'fast-check'
import type { Family } from '../../../../../test/support/makers/tolerances.js'
import type { CompareName, MapName, ZipName } from '../../../src/kernels/kernels.js'
import { type KernelCase, kernelCase } from '../kernel-case.js'
import { anyTensors, broadcast, dtypes, floatsOrInts } from './operands.js'

type Name = MapName | ZipName | CompareName | 'leakyRelu' | 'elu' | 'clamp' | 'isFinite' | 'where'

/** Functions whose kernels are also called with ints. */
const ofInts: readonly Name[] = [
  'neg',
  'abs',
  'sign',
  'relu',
  'square',
  'add',
  'sub',
  'mul',
  'maximum',
  'minimum',
]

/** What errors go by, where it is not the value y itself. */
export const mapScales: Partial<Record<MapName, (x: number, y: number) => number>> = {
  // Where they are near 0, it is the rounding of π that is left.
  sin: () => 1,
  cos: () => 1,
  // e to a power p has the rounding of p as well, p times that of a number near 1.
  geluTanh: (x, y) => y * (1 + Math.abs(x + 0.044715 * x ** 3)),
}

const exactMaps: readonly MapName[] = ['neg', 'abs', 'sign', 'relu']

export function familyOf(name: MapName): Family {
  return exactMaps.includes(name) ? 'exact' : (name as Family)
}

export const elementwise: Record<Name, KernelCase> = {
  neg: map('neg'),
  abs: map('abs'),
  sign: map('sign'),
  relu: map('relu'),
  square: map('square'),
  reciprocal: map('reciprocal'),
  sqrt: map('sqrt'),
  rsqrt: map('rsqrt'),
  exp: map('exp'),
  expm1: map('expm1'),
  log: map('log'),
  log1p: map('log1p'),
  sin: map('sin'),
  cos: map('cos'),
  erf: map('erf'),
  tanh: map('tanh'),
  sigmoid: map('sigmoid'),
  gelu: map('gelu'),
  geluTanh: map('geluTanh'),
  softplus: map('softplus'),
  silu: map('silu'),

  add: zip('add', 'add'),
  sub: zip('sub', 'add'),
  mul: zip('mul', 'add'),
  div: zip('div', 'div'),
  pow: zip('pow', 'pow'),
  maximum: zip('maximum', 'exact'),
  minimum: zip('minimum', 'exact'),

  equal: zip('equal', 'exact'),
  notEqual: zip('notEqual', 'exact'),
  less: zip('less', 'exact'),
  lessEqual: zip('lessEqual', 'exact'),
  greater: zip('greater', 'exact'),
  greaterEqual: zip('greaterEqual', 'exact'),

  leakyRelu: kernelCase({
    family: 'leakyRelu',
    operands: (nonFinite) => fc.tuple(anyTensors({ nonFinite }), parameter()),
    call: (k, [x, slope], lay) => ({ y: k.leakyRelu(lay(x), slope) }),
  }),
  elu: kernelCase({
    family: 'elu',
    operands: (nonFinite) => fc.tuple(anyTensors({ nonFinite }), parameter()),
    call: (k, [x, alpha], lay) => ({ y: k.elu(lay(x), alpha) }),
  }),
  clamp: kernelCase({
    family: 'exact',
    operands: (nonFinite) =>
      fc.tuple(
        floatsOrInts({ nonFinite }),
        fc.constantFrom(Number.NEGATIVE_INFINITY, -3, -1, 0),
        fc.constantFrom(0, 2, Number.POSITIVE_INFINITY),
      ),
    call: (k, [x, low, high], lay) => ({ y: k.clamp(lay(x), low, high) }),
  }),
  isFinite: kernelCase({
    family: 'exact',
    operands: (nonFinite) => floatsOrInts({ nonFinite }),
    call: (k, x, lay) => ({ y: k.isFinite(lay(x)) }),
  }),
  where: kernelCase({
    family: 'exact',
    operands: (nonFinite) =>
      dtypes()
        .chain((dtype) => broadcast(3, { dtype, nonFinite }))
        .chain(([{ shape }, a, b]) =>
          fc.tuple(tensors({ shape, dtype: 'bool' }), fc.constant(a), fc.constant(b)),
        ),
    call: (k, [condition, a, b], lay) => ({ y: k.where(lay(condition), lay(a), lay(b)) }),
  }),
}

function map(name: MapName): KernelCase {
  const scale = mapScales[name]
  return kernelCase({
    family: familyOf(name),
    operands: (nonFinite) => (ofInts.includes(name) ? floatsOrInts : anyTensors)({ nonFinite }),
    call: (k, x, lay) => ({ y: k[name](lay(x)) }),
    scale: scale && ((x, _, { y }) => ({ y: y.map((value, i) => scale(x.data[i], value)) })),
    share: 0.5, // what they have in common, the way to the element, is tried with each of them
  })
}

function zip(name: ZipName | CompareName, family: Family): KernelCase {
  const comparison = family === 'exact' && !ofInts.includes(name)
  return kernelCase({
    family,
    operands: (nonFinite) =>
      (comparison || ofInts.includes(name) ? dtypes() : fc.constant('float32' as const)).chain((dtype) =>
        broadcast(2, { dtype, nonFinite, ...(comparison && { min: -1 / 256, max: 1 / 256 }) }),
      ),
    call: (k, [a, b], lay) => ({ y: k[name](lay(a), lay(b)) }),
    share: 0.5,
  })
}

/** A slope, or whatever else a kernel has as a number. */
function parameter(): fc.Arbitrary<number> {
  return fc.integer({ min: -2000, max: 2000 }).map((n) => n / 1000)
}
