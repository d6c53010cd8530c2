import { allocate, type TypedArray } from '../../dtype.js'
import { sizeOf } from '../../shape.js'
import type { Strided } from '../kernels.js'
import { eachRow } from './rows.js'
import { dtypeOfStrided, leadingAxes } from './strided.js'

/** y[…, i] = Σ_{j ≤ i} x[…, j] */
export function cumsum(x: Strided): TypedArray {
  const { data } = x.storage
  return alongLastAxis(x, (at, length, step, y, to) => {
    let total = 0
    for (let i = 0; i < length; i++) y[to + i] = total += data[at + i * step]
  })
}

/** e^(x − m) / Σ e^(x − m), with m the largest x so that nothing overflows. */
export function softmax(x: Strided): TypedArray {
  const { data } = x.storage
  return alongLastAxis(x, (at, length, step, y, to) => {
    const m = largest(data, at, length, step)
    let total = 0
    for (let i = 0; i < length; i++) total += Math.exp(data[at + i * step] - m)
    for (let i = 0; i < length; i++) y[to + i] = Math.exp(data[at + i * step] - m) / total
  })
}

/** (x − m) − log Σ e^(x − m) */
export function logSoftmax(x: Strided): TypedArray {
  const { data } = x.storage
  return alongLastAxis(x, (at, length, step, y, to) => {
    const m = largest(data, at, length, step)
    let total = 0
    for (let i = 0; i < length; i++) total += Math.exp(data[at + i * step] - m)
    const log = Math.log(total)
    for (let i = 0; i < length; i++) y[to + i] = data[at + i * step] - m - log
  })
}

export const argmax = argBest((x, best) => x > best)
export const argmin = argBest((x, best) => x < best)

/** The first of the best; a NaN counts as better than any number, so that it is not lost. */
function argBest(better: (x: number, best: number) => boolean): (x: Strided) => TypedArray {
  return (x) => {
    const { data } = x.storage
    const kept = x.shape.length - 1
    const length = x.shape[kept]
    const step = x.strides[kept]
    const y = allocate('int32', sizeOf(x.shape.slice(0, kept)))
    eachLine(x, (at, line) => {
      let best = 0
      for (let i = 1; i < length; i++) {
        const champion = data[at + best * step]
        const challenger = data[at + i * step]
        if (!Number.isNaN(champion) && (Number.isNaN(challenger) || better(challenger, champion))) best = i
      }
      y[line] = best
    })
    return y
  }
}

type Line = (at: number, length: number, step: number, y: TypedArray, to: number) => void

/** A result of x's shape, made a line of the last axis at a time. */
function alongLastAxis(x: Strided, compute: Line): TypedArray {
  const y = allocate(dtypeOfStrided(x), sizeOf(x.shape))
  const last = x.shape.length - 1
  const length = x.shape[last]
  eachLine(x, (at, line) => compute(at, length, x.strides[last], y, line * length))
  return y
}

/** Visits the start of each line of the last axis, numbered in row-major order. */
function eachLine(x: Strided, visit: (at: number, line: number) => void): void {
  const last = x.shape.length - 1
  if (x.shape[last] === 0) return
  const starts = leadingAxes(x, last)
  eachRow(starts.shape, [starts], (start, length, [at], [step]) => {
    for (let i = 0; i < length; i++) visit(at + i * step, start + i)
  })
}

function largest(data: TypedArray, at: number, length: number, step: number): number {
  let m = Number.NEGATIVE_INFINITY
  for (let i = 0; i < length; i++) m = Math.max(m, data[at + i * step])
  return m
}
