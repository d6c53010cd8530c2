import type { Setting, Space } from './space.js'
import type { Trial } from './trial.js'

/** How a setting did over its folds. */
export interface Ranked<S extends Space = Space> {
  setting: Setting<S>
  /** Of the trials that gave a score; null where none did. */
  mean: number | null
  /** The standard deviation between folds, √(Σ (x − mean)² / (n − 1)); null for fewer than two scores. */
  sd: number | null
  /** One a fold; null for one that failed. */
  scores: (number | null)[]
  /** How many failed. */
  failed: number
}

/**
 * Settings from the best to the worst by their mean score. Those with a trial that failed come after all others: a mean
 * over fewer folds is not to be compared.
 */
export function rank<S extends Space>(trials: readonly Trial<S>[], mode: 'min' | 'max'): Ranked<S>[] {
  const bySetting = new Map<string, Trial<S>[]>()
  for (const trial of trials) {
    const key = JSON.stringify(trial.setting)
    bySetting.set(key, [...(bySetting.get(key) ?? []), trial])
  }
  const sign = mode === 'min' ? 1 : -1
  const worst = Number.POSITIVE_INFINITY
  return [...bySetting.values()]
    .map(rankedOf)
    .sort(
      (a, b) =>
        a.failed - b.failed ||
        compare(a.mean === null ? worst : sign * a.mean, b.mean === null ? worst : sign * b.mean),
    )
}

function rankedOf<S extends Space>(trials: readonly Trial<S>[]): Ranked<S> {
  const scores = trials.toSorted((a, b) => a.fold - b.fold).map(({ score }) => score)
  const found = scores.filter((score) => score !== null)
  const n = found.length
  const mean = n === 0 ? null : found.reduce((a, b) => a + b) / n
  const sd =
    n < 2 || mean === null ? null : Math.sqrt(found.reduce((sum, x) => sum + (x - mean) ** 2, 0) / (n - 1))
  return { setting: trials[0].setting, mean, sd, scores, failed: scores.length - n }
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
