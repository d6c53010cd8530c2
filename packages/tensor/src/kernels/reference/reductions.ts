import { allocate, type TypedArray } from '../../dtype.js'
import { sizeOf } from '../../shape.js'
import type { ReduceKernel, ReductionName, Strided } from '../kernels.js'
import { eachRow } from './rows.js'
import { dtypeOfStrided, leadingAxes, trailingAxes } from './strided.js'

/** A running total: where it starts, and how it takes one more value. All in float64. */
interface Fold {
  readonly start: number
  take(total: number, x: number): number
}

const sum: Fold = { start: 0, take: (total, x) => total + x }
const prod: Fold = { start: 1, take: (total, x) => total * x }
const max: Fold = { start: Number.NEGATIVE_INFINITY, take: Math.max }
const min: Fold = { start: Number.POSITIVE_INFINITY, take: Math.min }

export const reductions: Record<ReductionName, ReduceKernel> = {
  sum: reduction(sum),
  prod: reduction(prod),
  max: reduction(max),
  min: reduction(min),
  logSumExp,
}

function reduction({ start, take }: Fold): ReduceKernel {
  return (x, axes) => {
    const { data } = x.storage
    return eachGroup(x, axes, (walk) => {
      let total = start
      walk((at, length, step) => {
        for (let i = 0; i < length; i++) total = take(total, data[at + i * step])
      })
      return total
    })
  }
}

/** log Σ e^x = m + log Σ e^(x − m) with m the largest x, so that nothing overflows. */
function logSumExp(x: Strided, axes: number): TypedArray {
  const { data } = x.storage
  return eachGroup(x, axes, (walk) => {
    let m = Number.NEGATIVE_INFINITY
    walk((at, length, step) => {
      for (let i = 0; i < length; i++) m = Math.max(m, data[at + i * step])
    })
    if (!Number.isFinite(m)) return m // nothing but −∞, or an ∞, or a NaN
    let total = 0
    walk((at, length, step) => {
      for (let i = 0; i < length; i++) total += Math.exp(data[at + i * step] - m)
    })
    return m + Math.log(total)
  })
}

type Walk = (row: (at: number, length: number, step: number) => void) => void

/** One result for each index of the leading axes, from a walk over the last `axes` axes. */
function eachGroup(x: Strided, axes: number, reduce: (walk: Walk) => number): TypedArray {
  const kept = x.shape.length - axes
  const outer = leadingAxes(x, kept)
  const y = allocate(dtypeOfStrided(x), sizeOf(outer.shape))
  eachRow(outer.shape, [outer], (start, length, [at], [step]) => {
    for (let i = 0; i < length; i++) {
      const group = trailingAxes(x, kept, at + i * step)
      y[start + i] = reduce((row) => eachRow(group.shape, [group], (_, n, [from], [by]) => row(from, n, by)))
    }
  })
  return y
}
