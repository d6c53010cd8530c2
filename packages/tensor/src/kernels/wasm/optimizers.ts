import type { TypedArray } from '../../dtype.js'
import { isRowMajor, sizeOf } from '../../shape.js'
import type { Strided } from '../kernels.js'
import { reference } from '../reference/index.js'
import { adagradRate, adamFactors } from '../reference/optimizers.js'
import type { AdagradStep, AdamMoments, AdamStep, RmspropMoments, RmspropStep, SgdStep } from '../training.js'
import { chunk, copyIn, copyOut, reserveRows } from './chunks.js'
import { type Exports, localEngine } from './engine.js'
import { rowMajorData } from './row-major.js'

export function sgd(p: Strided, g: Strided, v: Strided | undefined, options: () => SgdStep): void {
  const now = options()
  const { lr, momentum, dampening, nesterov, weightDecay } = now
  const done = inPlace([p, v], g, (k, n, gradient, [at, velocity]) =>
    k.sgd(n, at, gradient, velocity, lr, momentum, 1 - dampening, +nesterov, weightDecay),
  )
  if (!done) reference.sgd(p, g, v, () => now)
}

export function adam(p: Strided, g: Strided, moments: AdamMoments, options: () => AdamStep): void {
  const { m, v, largest } = moments
  const now = options()
  const { eps, betas } = now
  const [β1, β2] = betas
  const { penalty, keep, stepSize, correction } = adamFactors(now)
  const done = inPlace([p, m, v, largest], g, (k, n, gradient, [at, mean, square, most]) =>
    // biome-ignore format: as the kernel has them
    k.adam(n, at, gradient, mean, square, most, β1, β2, stepSize, correction, eps, penalty, keep),
  )
  if (!done) reference.adam(p, g, moments, () => now)
}

export function rmsprop(p: Strided, g: Strided, moments: RmspropMoments, options: () => RmspropStep): void {
  const { v, m, b } = moments
  const now = options()
  const { lr, alpha, eps, weightDecay, momentum } = now
  const done = inPlace([p, v, m, b], g, (k, n, gradient, [at, square, mean, velocity]) =>
    k.rmsprop(n, at, gradient, square, mean, velocity, alpha, lr, momentum, eps, weightDecay),
  )
  if (!done) reference.rmsprop(p, g, moments, () => now)
}

export function adagrad(p: Strided, g: Strided, s: Strided, options: () => AdagradStep): void {
  const now = options()
  const { eps, weightDecay } = now
  const rate = adagradRate(now)
  const done = inPlace([p, s], g, (k, n, gradient, [at, squares]) =>
    k.adagrad(n, at, gradient, squares, rate, eps, weightDecay),
  )
  if (!done) reference.adagrad(p, g, s, () => now)
}

export function sumOfSquares(x: Strided): TypedArray {
  const engine = localEngine()
  if (!engine || !(x.storage.data instanceof Float32Array)) return reference.sumOfSquares(x)
  const { data, offset } = rowMajorData<Float32Array>(x)
  const size = sizeOf(x.shape)
  return engine.scope(() => {
    const part = engine.reserve(Math.min(size, chunk) * 4)
    let total = 0
    for (let start = 0; start < size; start += chunk) {
      const length = Math.min(chunk, size - start)
      copyIn(engine, data, offset + start, length, part)
      total += engine.exports.sumOfSquares(length, part)
    }
    return Float64Array.of(total)
  })
}

/**
 * Calls a kernel for `length` elements, which lie at `gradient` and at `places`, each target's; the place of one
 * that is left out is 0.
 */
type Call = (kernels: Exports, length: number, gradient: number, places: readonly number[]) => void

/**
 * Copies targets and gradient in, calls, and copies the targets back, a chunk after another. False, and nothing is
 * done, where the targets are not such that they can be copied as they lie.
 */
function inPlace(targets: readonly (Strided | undefined)[], g: Strided, call: Call): boolean {
  const engine = localEngine()
  if (!engine || !targets.every((x) => !x || isPlain(x))) return false
  const gradient = rowMajorData<Float32Array>(g)
  const size = sizeOf(g.shape)
  const room = Math.min(size, chunk)
  engine.scope(() => {
    const from = reserveRows(engine, room)
    const places = targets.map((x) => (x ? reserveRows(engine, room) : 0))
    for (let start = 0; start < size; start += chunk) {
      const length = Math.min(chunk, size - start)
      copyIn(engine, gradient.data, gradient.offset + start, length, from)
      targets.forEach((x, k) => {
        if (x) copyIn(engine, x.storage.data as Float32Array, x.offset + start, length, places[k])
      })
      call(engine.exports, length, from, places)
      targets.forEach((x, k) => {
        if (x) copyOut(engine, places[k], length, x.storage.data as Float32Array, x.offset + start)
      })
    }
  })
  return true
}

function isPlain({ storage, shape, strides }: Strided): boolean {
  return storage.data instanceof Float32Array && isRowMajor(shape, strides)
}
