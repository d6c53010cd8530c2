import { promote, toFloat } from '../dtype.js'
import { fail } from '../errors.js'
import { kernelsOf } from '../kernels/active.js'
import type { ReductionName } from '../kernels/kernels.js'
import { type TensorLike, toTensor } from '../operand.js'
import { formatShape, normalizeAxes, normalizeAxis, sizeOf } from '../shape.js'
import { Tensor } from '../tensor.js'
import { div, sub } from './arithmetic.js'
import { notEqual } from './compare.js'
import { cast } from './define.js'
import { sqrt, square } from './elementwise.js'
import { madeOf } from './made-of.js'
import { permute, reshape } from './reshape.js'

/** The axis or axes that a reduction goes over (negative ones count from the end); all when undefined. */
export type Axes = number | readonly number[] | undefined

export interface ReduceOptions {
  /** Keep the reduced axes, with length 1, so that the result broadcasts against the operand. */
  keepDims?: boolean
}

/** Σ x */
export function sum(x: TensorLike, axis?: Axes, options: ReduceOptions = {}): Tensor {
  return reduce('sum', x, axis, options)
}

/** Π x */
export function prod(x: TensorLike, axis?: Axes, options: ReduceOptions = {}): Tensor {
  return reduce('prod', x, axis, options)
}

/** The largest; NaN where any is NaN. @throws UnrollError when there is nothing to choose from. */
export function max(x: TensorLike, axis?: Axes, options: ReduceOptions = {}): Tensor {
  return reduce('max', x, axis, options)
}

/** The smallest; NaN where any is NaN. @throws UnrollError when there is nothing to choose from. */
export function min(x: TensorLike, axis?: Axes, options: ReduceOptions = {}): Tensor {
  return reduce('min', x, axis, options)
}

/** log Σ eˣ, without overflow. */
export function logSumExp(x: TensorLike, axis?: Axes, options: ReduceOptions = {}): Tensor {
  const operand = toTensor('logSumExp', x)
  return reduce('logSumExp', cast(operand, toFloat(operand.dtype)), axis, options)
}

/** Σ x / n, a float. @throws UnrollError when there is nothing to take the mean of. */
export function mean(x: TensorLike, axis?: Axes, options: ReduceOptions = {}): Tensor {
  const operand = toTensor('mean', x)
  const n = countReduced('mean', operand, axis)
  return div(reduce('sum', cast(operand, toFloat(operand.dtype)), axis, options, 'mean'), n)
}

export interface VarianceOptions extends ReduceOptions {
  /** What is taken from n in the divisor: 1 (the default) for the unbiased estimate, 0 for the biased. */
  correction?: number
}

/** Σ (x − mean)² / (n − correction). @throws UnrollError when n − correction is not positive. */
export function variance(x: TensorLike, axis?: Axes, options: VarianceOptions = {}): Tensor {
  return spread('variance', x, axis, options)
}

/** √variance */
export function std(x: TensorLike, axis?: Axes, options: VarianceOptions = {}): Tensor {
  return sqrt(spread('std', x, axis, options))
}

/** Bools: is every element other than 0? True of none. */
export function all(x: TensorLike, axis?: Axes, options: ReduceOptions = {}): Tensor {
  return cast(reduce('prod', truth('all', x), axis, options, 'all'), 'bool')
}

/** Bools: is any element other than 0? False of none. */
export function any(x: TensorLike, axis?: Axes, options: ReduceOptions = {}): Tensor {
  return cast(reduce('sum', truth('any', x), axis, options, 'any'), 'bool')
}

/**
 * Int32: the index of the largest along `axis` (the first of equals), or in row-major order of all
 * elements when no axis is given. A NaN counts as the largest.
 */
export function argmax(x: TensorLike, axis?: number, options: ReduceOptions = {}): Tensor {
  return argReduce('argmax', x, axis, options)
}

/** Int32: the index of the smallest, as `argmax`. */
export function argmin(x: TensorLike, axis?: number, options: ReduceOptions = {}): Tensor {
  return argReduce('argmin', x, axis, options)
}

function spread(op: string, x: TensorLike, axis: Axes, options: VarianceOptions): Tensor {
  const operand = toTensor(op, x)
  const divisor = degreesOfFreedom(op, operand, axis, options.correction)
  const deviation = sub(operand, mean(operand, axis, { keepDims: true }))
  return div(sum(square(deviation), axis, options), divisor)
}

/** n − correction, checked to be positive. */
function degreesOfFreedom(op: string, x: Tensor, axis: Axes, correction = 1): number {
  const n = countReduced(op, x, axis)
  if (!(n - correction > 0))
    fail(
      op,
      `${n} values leave no degree of freedom at correction ${correction}; want more values or a smaller correction`,
    )
  return n - correction
}

function reduce(
  kernel: ReductionName,
  x: TensorLike,
  axis: Axes,
  { keepDims = false }: ReduceOptions,
  op: string = kernel,
): Tensor {
  const given = toTensor(op, x)
  const operand = cast(given, promote(given.dtype, 'int32'))
  const axes = normalizeAxes(op, axis, operand.rank)
  const kept = operand.shape.map((_, i) => i).filter((i) => !axes.includes(i))
  if ((kernel === 'max' || kernel === 'min') && countOver(operand, axes) === 0)
    fail(op, `nothing to choose from: shape ${formatShape(operand.shape)} over axes [${axes.join(', ')}]`)
  const arranged = permute(operand, [...kept, ...axes])
  const data = kernelsOf(op, operand.dtype, arranged)[kernel](arranged, axes.length)
  const shape = kept.map((a) => operand.shape[a])
  const y = madeOf([arranged], data, shape)
  return keepDims ? reshape(y, keptShape(operand, axes)) : y
}

function argReduce(
  kernel: 'argmax' | 'argmin',
  x: TensorLike,
  axis: number | undefined,
  { keepDims = false }: ReduceOptions,
): Tensor {
  const operand = toTensor(kernel, x)
  const axes = normalizeAxes(kernel, axis, operand.rank)
  if (countOver(operand, axes) === 0)
    fail(kernel, `nothing to choose from: shape ${formatShape(operand.shape)}`)
  const flat = axis === undefined ? reshape(operand, [operand.size]) : operand
  const along = axis === undefined ? 0 : normalizeAxis(kernel, axis, operand.rank)
  const kept = flat.shape.map((_, i) => i).filter((i) => i !== along)
  const data = kernelsOf(kernel, operand.dtype, operand)[kernel](permute(flat, [...kept, along]))
  const y = Tensor.from(
    data,
    kept.map((a) => flat.shape[a]),
  )
  return keepDims ? reshape(y, keptShape(operand, axes)) : y
}

function truth(op: string, x: TensorLike): Tensor {
  return cast(notEqual(toTensor(op, x), 0), 'int32')
}

function keptShape(x: Tensor, axes: readonly number[]): number[] {
  return x.shape.map((length, axis) => (axes.includes(axis) ? 1 : length))
}

function countOver(x: Tensor, axes: readonly number[]): number {
  return sizeOf(axes.map((a) => x.shape[a]))
}

function countReduced(op: string, x: Tensor, axis: Axes): number {
  const n = countOver(x, normalizeAxes(op, axis, x.rank))
  if (n === 0) fail(op, `nothing to take it of: shape ${formatShape(x.shape)} has no elements along the axes`)
  return n
}
