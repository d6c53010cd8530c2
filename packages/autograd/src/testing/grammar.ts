import { broadcastShapes, full, sameShape, sizeOf, Tensor, UnrollError } from '@unroll/tensor'
import { type Argument, type Differentiable, Ref, Term } from './term.js'

/** An earlier value, known at the place where the expression is built. */
export class Known extends Ref {
  constructor(
    index: number,
    readonly value: Tensor,
  ) {
    super(index)
  }
}

/**
 * A term made of an op and one or two earlier values; `n` is a random number to choose the rest by.
 * Undefined where the op does not apply: where shapes do not fit, or where it has a pole, a kink or a
 * tie nearby, since a central difference is no gradient there.
 */
export type Production = (a: Known, b: Known, n: number) => Term | undefined

/** How each op that has a gradient comes into an expression: one forgotten does not compile. */
export const grammar: Readonly<Record<Differentiable, Production>> = {
  add: binary('add'),
  sub: binary('sub'),
  mul: binary('mul'),
  div: binary('div', (_, b) => clearOf(b, 0, 0.5)),
  pow: (a, b, n) => {
    if (n % 3 === 0) return new Term('pow', [a, 2 + (n % 2)])
    if (n % 3 === 1) return new Term('pow', [2, a])
    return above(a.value, 0.5) && broadcast(a, b) ? new Term('pow', [a, b]) : undefined
  },
  maximum: binary('maximum', apart),
  minimum: binary('minimum', apart),

  neg: unary('neg'),
  abs: unary('abs', (x) => clearOf(x, 0)),
  sign: unary('sign', (x) => clearOf(x, 0)),
  square: unary('square'),
  reciprocal: unary('reciprocal', (x) => clearOf(x, 0, 0.5)),
  sqrt: unary('sqrt', (x) => above(x, 0.5)),
  rsqrt: unary('rsqrt', (x) => above(x, 0.5)),
  exp: unary('exp'),
  expm1: unary('expm1'),
  log: unary('log', (x) => above(x, 0.5)),
  log1p: unary('log1p', (x) => above(x, -0.5)),
  sin: unary('sin'),
  cos: unary('cos'),
  erf: unary('erf'),
  tanh: unary('tanh'),
  sigmoid: unary('sigmoid'),
  softplus: unary('softplus'),
  silu: unary('silu'),
  gelu: (a, _, n) => new Term('gelu', [a, n % 2 ? 'tanh' : 'none']),
  relu: unary('relu', (x) => clearOf(x, 0)),
  leakyRelu: (a) => when(clearOf(a.value, 0), 'leakyRelu', [a, 0.25]),
  elu: (a) => when(clearOf(a.value, 0), 'elu', [a, 0.5]),
  clamp: (a) => when(clearOf(a.value, -1) && clearOf(a.value, 0.5), 'clamp', [a, -1, 0.5]),

  sum: reduction('sum'),
  mean: reduction('mean'),
  prod: reduction('prod'),
  max: reduction('max', distinct),
  min: reduction('min', distinct),
  logSumExp: reduction('logSumExp'),
  variance: reduction('variance', (x, axis) => lengthOf(x, axis) > 1),
  std: reduction('std', (x, axis) => lengthOf(x, axis) > 1 && above(x.std(axis), 0.5)),

  cumsum: alongAxis('cumsum'),
  softmax: alongAxis('softmax'),
  logSoftmax: alongAxis('logSoftmax'),
  layerNorm: (a, b, n) => {
    const { rank, shape } = a.value
    // Clear of rows of equal values, next to which it is steep.
    if (rank === 0 || shape[rank - 1] < 2 || !above(a.value.std(-1), 0.5)) return undefined
    return new Term('layerNorm', [a, ...(n % 2 && sameShape(b.value.shape, shape.slice(-1)) ? [b] : [])])
  },
  matmul: (a, b) => {
    const [m, n] = [a.value, b.value]
    if (m.rank === 0 || n.rank === 0) return undefined
    const columns = m.shape[m.rank - 1]
    if (columns === n.shape[Math.max(0, n.rank - 2)]) return tried(() => m.matmul(n), 'matmul', [a, b])
    if (columns === n.shape[n.rank - 1])
      return tried(() => m.matmul(n.transpose()), 'matmul', [a, new Term('transpose', [b])])
    return undefined
  },

  reshape: (a, _, n) => {
    const half = a.value.size % 2 === 0 ? [2, -1] : [-1, 1]
    return new Term('reshape', [a, n % 2 ? half : [a.value.size]])
  },
  flatten: unary('flatten'),
  squeeze: unary('squeeze'),
  unsqueeze: (a, _, n) => new Term('unsqueeze', [a, n % (a.value.rank + 1)]),
  transpose: (a) => when(a.value.rank > 1, 'transpose', [a]),
  permute: (a) => new Term('permute', [a, a.value.shape.map((_, axis) => axis).reverse()]),
  expand: (a) => new Term('expand', [a, [2, ...a.value.shape]]),
  contiguous: unary('contiguous'),
  copy: unary('copy'),
  cast: (a) => new Term('cast', [a, 'float64']),
  slice: (a, _, n) => {
    const spec = [[null, null, -1], [1, null], [null, null, 2], n % (a.value.shape[0] ?? 1)][n % 4]
    return when(a.value.rank > 0 && !(n % 4 === 1 && a.value.shape[0] < 2), 'slice', [a, spec])
  },
  flip: unary('flip'),
  pad: (a, _, n) => when(a.value.rank > 0, 'pad', [a, [[n % 2, 1]], 0.5]),

  concat: (a, b, n) => {
    const axis = n % a.value.rank
    return when(a.value.rank > 0, 'concat', [
      [a, sameShape(a.value.shape, b.value.shape) ? b : other(a)],
      axis,
    ])
  },
  stack: (a, b) => new Term('stack', [[a, sameShape(a.value.shape, b.value.shape) ? b : other(a)], 0]),
  split: parts('split', (length) => (length > 1 ? [1, length - 1] : 1)),
  chunk: parts('chunk', () => 2),
  unbind: (a, _, n) => {
    if (a.value.rank === 0) return undefined
    const axis = n % a.value.rank
    return n % 2 ? new Term('unbind', [a, axis], 0) : new Term('stack', [new Term('unbind', [a, axis])])
  },
  where: (a, b, n) => {
    const mask = Tensor.from(
      Uint8Array.from({ length: a.value.size }, (_, i) => (i + n) % 2),
      a.value.shape,
    )
    return new Term('where', [mask, a, broadcast(a, b) ? b : other(a)])
  },

  gather: (a, _, n) => {
    if (a.value.rank === 0) return undefined
    const axis = n % a.value.rank
    const shape = a.value.shape.map((length, i) => (i === axis ? 2 : length))
    return new Term('gather', [a, axis, index(shape, a.value.shape[axis], n)])
  },
  indexSelect: (a, _, n) => {
    if (a.value.rank === 0) return undefined
    const axis = n % a.value.rank
    return new Term('indexSelect', [a, axis, index([3], a.value.shape[axis], n)])
  },
  scatterAdd: (a, b, n) => {
    if (a.value.rank === 0) return undefined
    const axis = n % a.value.rank
    const source = sameShape(a.value.shape, b.value.shape) ? b : other(a)
    return new Term('scatterAdd', [a, axis, index(a.value.shape, a.value.shape[axis], n), source])
  },
}

function unary(op: Differentiable, applies: (x: Tensor) => boolean = () => true): Production {
  return (a) => when(applies(a.value), op, [a])
}

/** Of two values that broadcast, or of one and a number on either side. */
function binary(op: Differentiable, applies: (a: Tensor, b: Tensor) => boolean = () => true): Production {
  const number = 0.75
  const scalar = full([], number, { dtype: 'float64' })
  return (a, b, n) => {
    if (broadcast(a, b) && n % 3 === 0) return when(applies(a.value, b.value), op, [a, b])
    if (n % 3 === 1) return when(applies(scalar, a.value), op, [number, a])
    return when(applies(a.value, scalar), op, [a, number])
  }
}

function reduction(
  op: Differentiable,
  applies: (x: Tensor, axis: number | undefined) => boolean = () => true,
): Production {
  return (a, _, n) => {
    const axis = a.value.rank === 0 || n % 3 === 0 ? undefined : n % a.value.rank
    return when(applies(a.value, axis), op, [a, axis, { keepDims: n % 2 === 1 }])
  }
}

function alongAxis(op: Differentiable): Production {
  return (a, _, n) => when(a.value.rank > 0, op, [a, n % a.value.rank])
}

/** One of the parts, or all of them in one again. */
function parts(op: Differentiable, size: (length: number) => number | readonly number[]): Production {
  return (a, _, n) => {
    if (a.value.rank === 0) return undefined
    const axis = n % a.value.rank
    const args = [a, size(a.value.shape[axis]), axis]
    return n % 2 ? new Term(op, args, 0) : new Term('concat', [new Term(op, args), axis])
  }
}

/** Something of the shape of a that is not a. */
function other(a: Known): Term {
  return new Term('sin', [a])
}

function index(shape: readonly number[], length: number, n: number): Tensor {
  return Tensor.from(
    Int32Array.from({ length: sizeOf(shape) }, (_, i) => (i * i + n) % length),
    shape,
  )
}

function when(applies: boolean, op: Differentiable, args: readonly Argument[]): Term | undefined {
  return applies ? new Term(op, args) : undefined
}

/** The term, where the shapes turn out to fit. */
function tried(run: () => unknown, op: Differentiable, args: readonly Argument[]): Term | undefined {
  return fits(run) ? new Term(op, args) : undefined
}

function broadcast(a: Known, b: Known): boolean {
  return fits(() => broadcastShapes('expressions', a.value.shape, b.value.shape))
}

function fits(run: () => unknown): boolean {
  try {
    run()
    return true
  } catch (error) {
    if (error instanceof UnrollError) return false
    throw error
  }
}

function clearOf(x: Tensor, point: number, by = 1 / 16): boolean {
  return every(x, (value) => Math.abs(value - point) >= by)
}

function above(x: Tensor, low: number): boolean {
  return every(x, (value) => value >= low)
}

function apart(a: Tensor, b: Tensor): boolean {
  return clearOf(a.sub(b), 0)
}

/** No two elements near to each other. */
function distinct(x: Tensor): boolean {
  const sorted = [...x.data].sort((a, b) => a - b)
  return sorted.every((value, i) => i === 0 || value - sorted[i - 1] >= 1 / 16)
}

function every(x: Tensor, holds: (value: number) => boolean): boolean {
  return x.data.every((value: number) => holds(value))
}

function lengthOf(x: Tensor, axis: number | undefined): number {
  return axis === undefined ? x.size : x.shape[axis]
}
