import { promote } from '../dtype.js'
import { fail } from '../errors.js'
import { kernelsOf } from '../kernels/active.js'
import { type TensorLike, toTensor } from '../operand.js'
import { formatShape, normalizeAxis, type Shape, sameShape } from '../shape.js'
import { Tensor } from '../tensor.js'
import { checkElements } from './check-elements.js'
import { cast } from './define.js'

/**
 * y[…, i, …] = x[…, index[…, i, …], …], the index taking the place of `axis`: y has the shape of
 * `index` (ints), which has the rank of x and is nowhere longer but along `axis`.
 * @throws UnrollError when shapes do not fit, or an index is out of range.
 */
export function gather(x: TensorLike, axis: number, index: Tensor): Tensor {
  const source = toTensor('gather', x)
  const along = normalizeAxis('gather', axis, source.rank)
  checkIndex('gather', source, along, index)
  checkFit('gather', source, along, index)
  return Tensor.from(
    kernelsOf('gather', source.dtype, source, index).gather(source, along, index),
    index.shape,
  )
}

/**
 * The slices of x along `axis` that a vector of ints names, in its order; names may repeat.
 * @throws UnrollError when the index is not a vector of ints, or is out of range.
 */
export function indexSelect(x: TensorLike, axis: number, index: Tensor): Tensor {
  const source = toTensor('indexSelect', x)
  const along = normalizeAxis('indexSelect', axis, source.rank)
  checkIndex('indexSelect', source, along, index)
  if (index.rank !== 1)
    fail('indexSelect', `wants a vector of indices, got shape ${formatShape(index.shape)}`)
  const indices = repeatIndex(index, source.shape, along)
  return Tensor.from(
    kernelsOf('indexSelect', source.dtype, source, indices).gather(source, along, indices),
    indices.shape,
  )
}

/**
 * A copy of x with y[…, index[…, i, …], …] += source[…, i, …]: the opposite of `gather`. Where an
 * index repeats, the values add up.
 * @throws UnrollError when shapes do not fit, or an index is out of range.
 */
export function scatterAdd(x: TensorLike, axis: number, index: Tensor, source: TensorLike): Tensor {
  const given = toTensor('scatterAdd', x)
  const values = toTensor('scatterAdd', source)
  const along = normalizeAxis('scatterAdd', axis, given.rank)
  checkIndex('scatterAdd', given, along, index)
  checkFit('scatterAdd', given, along, index)
  if (!sameShape(values.shape, index.shape))
    fail(
      'scatterAdd',
      `source ${formatShape(values.shape)} and index ${formatShape(index.shape)} must have one shape`,
    )
  const dtype = promote(promote(given.dtype, values.dtype), 'int32')
  const kernels = kernelsOf('scatterAdd', dtype, given, index, values)
  return Tensor.from(kernels.scatterAdd(cast(given, dtype), along, index, cast(values, dtype)), given.shape)
}

/** A vector of indices, repeated (without a copy) along the other axes, so that `gather` takes whole slices. */
function repeatIndex(index: Tensor, shape: Shape, axis: number): Tensor {
  return index.view(
    shape.map((length, a) => (a === axis ? index.shape[0] : length)),
    shape.map((_, a) => (a === axis ? index.strides[0] : 0)),
    index.offset,
  )
}

function checkFit(op: string, x: Tensor, axis: number, index: Tensor): void {
  const fits = index.rank === x.rank && index.shape.every((length, a) => a === axis || length <= x.shape[a])
  if (!fits)
    fail(op, `index ${formatShape(index.shape)} does not fit ${formatShape(x.shape)} along axis ${axis}`)
}

/** Checks that an index (int32) names places of an axis of x. */
export function checkIndex(op: string, x: Tensor, axis: number, index: Tensor): void {
  if (!(index instanceof Tensor)) fail(op, `wants an index Tensor, got ${typeof index}`)
  if (index.dtype !== 'int32') fail(op, `wants an index of dtype int32, got ${index.dtype}`)
  const length = x.shape[axis]
  const { shape } = x
  checkElements(withoutRepeats(index), (data) => {
    for (let i = 0; i < data.length; i++)
      if (data[i] < 0 || data[i] >= length)
        fail(
          op,
          `index ${data[i]} is out of range for axis ${axis} of ${formatShape(shape)} (want 0 … ${length - 1})`,
        )
  })
}

/** The index along the axes that it really has: those it was only expanded to are left out. */
function withoutRepeats(index: Tensor): Tensor {
  const shape = index.shape.map((n, axis) => (index.strides[axis] === 0 ? Math.min(n, 1) : n))
  return index.view(shape, index.strides, index.offset)
}
