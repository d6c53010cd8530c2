import { broadcastShapes, type DType, reference, type Shape, type Strided, type Tensor } from '@unroll/tensor'
import { shapes, type TensorsOptions, tensors, tensorsThatBroadcast } from '@unroll/tensor/testing'
import fc from 'fast-check'

/** Small tensors of many axes, some empty; and larger ones of few. */
const sizes: TensorsOptions[] = [
  { minLength: 0, maxLength: 4, maxRank: 4 },
  { minLength: 1, maxLength: 12, minRank: 2, maxRank: 3 },
]

export function anyTensors(options: TensorsOptions = {}): fc.Arbitrary<Tensor> {
  return fc.oneof(...sizes.map((size) => tensors({ ...size, ...options })))
}

/** Floats three times out of four, else ints. */
export function floatsOrInts(options: TensorsOptions = {}): fc.Arbitrary<Tensor> {
  return dtypes().chain((dtype) => anyTensors({ ...options, dtype }))
}

/** Tensors of one dtype, broadcast to one shape. */
export function broadcast(count: number, options: TensorsOptions = {}): fc.Arbitrary<Tensor[]> {
  return fc
    .oneof(...sizes.map((size) => tensorsThatBroadcast(count, { ...size, ...options })))
    .map((operands) => {
      const shape = operands.reduce<Shape>((whole, x) => broadcastShapes('broadcast', whole, x.shape), [])
      return operands.map((x) => x.broadcastTo(shape))
    })
}

/** Floats three times out of four, else ints. */
export function dtypes(): fc.Arbitrary<DType> {
  return fc.constantFrom<DType>('float32', 'float32', 'float32', 'int32')
}

/** Shapes whose last axis is not empty; the others may be. */
export function shapesOfRows(): fc.Arbitrary<Shape> {
  const leading = shapes({ minLength: 0, maxLength: 5, maxRank: 3 })
  return fc.tuple(leading, fc.integer({ min: 1, max: 11 })).map(([lead, length]) => [...lead, length])
}

/** |x|, as it lies. */
export function absolute(x: Strided): Strided {
  return { ...x, storage: { data: x.storage.data.map(Math.abs) } }
}

/** The largest |x| of all. */
export function largest(x: Strided): number {
  const y = reference.copy(absolute(x), 'float64') as Float64Array
  return y.reduce((most, value) => Math.max(most, value), 0)
}
