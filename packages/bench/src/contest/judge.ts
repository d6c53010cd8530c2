import type { Score } from './contest.js'

/** How far losses may lie apart that are the same but for rounding, as a part of them. */
const tolerance = 1e-3

/**
 * Whether a contestant worked out what the others did: the greatest difference of its losses from the
 * first score's that has comparable ones, as a part of them; undefined where there is nothing to compare.
 */
export function difference(score: Score, scores: readonly Score[]): number | undefined {
  const comparable = ({ workload, losses, ownMaths }: Score) =>
    workload === score.workload && losses.length > 0 && !ownMaths
  const truth = scores.find(comparable)
  if (!truth || !comparable(score)) return undefined
  const count = Math.min(score.losses.length, truth.losses.length)
  const differences = Array.from({ length: count }, (_, i) => {
    const [a, b] = [score.losses[i], truth.losses[i]]
    return Math.abs(a - b) / Math.max(Math.abs(b), Number.MIN_VALUE)
  })
  // NaN, as null in JSON: a loss that is none is as far off as can be.
  return Math.max(...differences.map((d) => (Number.isNaN(d) ? Number.POSITIVE_INFINITY : d)))
}

export function sameMaths(score: Score, scores: readonly Score[]): boolean | undefined {
  const d = difference(score, scores)
  return d === undefined ? undefined : d <= tolerance
}
