import fc from 'fast-check'
import type { DType } from '../dtype.js'
import { fail } from '../errors.js'

export interface ElementOptions {
  /** The least value. Default: -4. Bools have no use for it. */
  min?: number
  /** The greatest value. Default: 4. */
  max?: number
  /** Points to stay clear of, such as kinks, where a difference quotient is no gradient. */
  awayFrom?: readonly number[]
  /** How far to stay from them. Default: 1/16. */
  clearance?: number
  /** Also NaN and ±Infinity, for floats. Default: no. */
  nonFinite?: boolean
  /** All elements of a tensor different, so that there is one largest and one smallest. Default: no. */
  distinct?: boolean
}

/** Floats are drawn from the multiples of 1/1024. */
const grid = { bool: 1, int32: 1, float32: 1024, float64: 1024 }

/** Lists of `count` values for a tensor of `dtype`. */
export function elements(count: number, dtype: DType, options: ElementOptions): fc.Arbitrary<number[]> {
  const { distinct = false, nonFinite = false } = options
  const ranges = allowedRanges(dtype, options)
  const size = ranges.reduce((total, [from, to]) => total + to - from + 1, 0)
  if (size === 0 || (distinct && size < count))
    fail('tensors', `only ${size} values of ${dtype} fit ${JSON.stringify(options)}, want ${count}`)
  const values = ranges.map(([from, to]) => ({
    arbitrary: fc.integer({ min: from, max: to }).map((n) => n / grid[dtype]),
    weight: to - from + 1,
  }))
  const finite = fc.oneof({ withCrossShrink: true }, ...values)
  const special = fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
  const element =
    nonFinite && grid[dtype] > 1
      ? fc.oneof({ weight: 7, arbitrary: finite }, { weight: 1, arbitrary: special })
      : finite
  const lengths = { minLength: count, maxLength: count }
  return distinct ? fc.uniqueArray(element, lengths) : fc.array(element, lengths)
}

/** The values that are allowed, in units of the grid: what the points to avoid leave of min … max. */
function allowedRanges(dtype: DType, options: ElementOptions): [from: number, to: number][] {
  if (dtype === 'bool') return [[0, 1]]
  const { min = -4, max = 4, awayFrom = [], clearance = 1 / 16 } = options
  const unit = grid[dtype]
  const ranges: [number, number][] = []
  let from = Math.ceil(min * unit)
  for (const point of [...awayFrom].sort((a, b) => a - b)) {
    const before = Math.floor((point - clearance) * unit)
    ranges.push([from, Math.min(before, Math.floor(max * unit))])
    from = Math.max(from, Math.ceil((point + clearance) * unit))
  }
  ranges.push([from, Math.floor(max * unit)])
  return ranges.filter(([low, high]) => low <= high)
}
