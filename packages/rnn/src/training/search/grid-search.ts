import { checkNames, fail, kindOf, type OptionNames, Random } from '@unroll/tensor'
import { checkSize } from '../../modules/options.js'
import { breather, clock } from '../breathe.js'
import { type Ranked, rank } from './ranking.js'
import { countOf, drawDistinct, type Setting, type Space, settingAt } from './space.js'
import { keyOf, knownTrials, runTrial, seedOfTrial, type Trial, type TrialFunction } from './trial.js'

export interface GridSearchOptions<S extends Space = Space, F = unknown> {
  /** Each setting is tried on all of them: what `kFold` or `timeSeriesFolds` gives, say. Default: none, and each is tried once. */
  folds?: readonly F[]
  /** What all trials draw from is derived from it. Default: 0. */
  seed?: number
  /** Try only so many settings, drawn by the seed (Bergstra & Bengio 2012). Default: all. */
  samples?: number
  /** Is a lower score better, such as a loss, or a higher one? Default: min. */
  mode?: 'min' | 'max'
  /**
   * Trials of an earlier search, as it gave them (or as JSON gave them back): they are not done again, nor are those that
   * failed; leave them out to try them again. Default: none.
   */
  done?: readonly Trial<S>[]
  /** Called after each trial, and waited for: to show how far the search is, and to save `trials` so that it can be resumed. */
  onTrial?: (trial: Trial<S>, progress: SearchProgress<S>) => unknown
  /** Stops the search: what came of the trial that runs is left out. */
  signal?: { readonly aborted: boolean }
}

const searchOptions: OptionNames<GridSearchOptions> = {
  folds: true,
  seed: true,
  samples: true,
  mode: true,
  done: true,
  onTrial: true,
  signal: true,
}

export interface SearchProgress<S extends Space = Space> {
  /** Trials done, and how many there are to be. */
  readonly done: number
  readonly total: number
  /** All trials done. */
  readonly trials: readonly Trial<S>[]
  /** The best setting so far, of those that are done on every fold. */
  readonly best: Ranked<S> | undefined
  /** Seconds that the rest will take, judging by the trials of this search. */
  readonly eta: number
}

/** Plain data. */
export interface GridSearchResult<S extends Space = Space> {
  /** From the best to the worst; of those that were tried on every fold. */
  ranking: Ranked<S>[]
  /** In the order of the grid. */
  trials: Trial<S>[]
  reason: 'finished' | 'aborted'
}

/**
 * Tries every combination of values, each on all folds, and ranks them by their mean score.
 *
 *     const { ranking } = await gridSearch({ cell: ['lstm', 'gru'], hidden: [16, 32], lr: [0.01, 0.003] },
 *       async ({ cell, hidden, lr }, { fold: { train, test }, rng }) => {
 *         const model = new Forecaster(cell, hidden, { rng })
 *         const { history } = await fit(model, batchesOf(train, test, rng), { optimizer: new Adam(model.parameters(), { lr }), … })
 *         return history.at(-1).validation.loss
 *       },
 *       { folds: timeSeriesFolds(data, 5) })
 *     ranking[0] // { setting: { cell: 'gru', hidden: 32, lr: 0.01 }, mean: 0.21, sd: 0.02, scores: […], failed: 0 }
 *
 * A trial that throws, or whose score is not a finite number, is written down as failed, and the search goes on.
 * @throws UnrollError when the space, an option or a done trial will not do.
 */
export async function gridSearch<const S extends Space, F = undefined>(
  space: S,
  trial: TrialFunction<S, F>,
  options: GridSearchOptions<S, F> = {},
): Promise<GridSearchResult<S>> {
  const { folds, mode = 'min', onTrial, signal } = options
  const plan = planOf(space, trial, options)
  const known = knownTrials(op, options.done ?? [])
  const trials: Trial<S>[] = []
  const pending = plan.filter((one) => {
    const former = known.get(keyOf(one.setting, one.fold, one.seed))
    if (former) trials.push(former)
    return !former
  })
  const [start, breathe] = [clock(), breather()]
  const before = trials.length
  for (const one of pending) {
    if (signal?.aborted) break
    const result = await runTrial(trial, one, folds, signal)
    if (signal?.aborted) break // its score may be that of a model that is half trained
    trials.push(result)
    const done = trials.length
    const eta = ((clock() - start) / (done - before)) * (plan.length - done)
    await onTrial?.(result, { done, total: plan.length, trials, best: whole(trials)[0], eta })
    await breathe()
  }
  const places = new Map(plan.map(({ setting, fold, seed }, i) => [keyOf(setting, fold, seed), i]))
  const place = ({ setting, fold, seed }: Trial<S>) => places.get(keyOf(setting, fold, seed)) as number
  trials.sort((a, b) => place(a) - place(b))
  return { ranking: whole(trials), trials, reason: trials.length < plan.length ? 'aborted' : 'finished' }

  /** Those that were tried on every fold. */
  function whole(trials: readonly Trial<S>[]): Ranked<S>[] {
    return rank(trials, mode).filter(({ scores }) => scores.length === (folds?.length ?? 1))
  }
}

const op = 'gridSearch'

type Planned<S extends Space> = { setting: Setting<S>; fold: number; seed: number }

/** All trials to be done. */
function planOf<S extends Space, F>(
  space: S,
  trial: unknown,
  options: GridSearchOptions<S, F>,
): Planned<S>[] {
  checkNames<object>(op, options, searchOptions)
  const { folds, seed = 0, mode = 'min' } = options
  const count = countOf(op, space)
  if (typeof trial !== 'function') fail(op, `wants a function that tries a setting, got ${kindOf(trial)}`)
  if (mode !== 'min' && mode !== 'max') fail(op, `mode is min or max, got ${String(mode)}`)
  if (folds !== undefined && !Array.isArray(folds))
    fail(op, `wants folds as a list, as kFold gives them, got ${kindOf(folds)}`)
  if (folds?.length === 0) fail(op, 'wants folds, as kFold gives them, got none')
  const rng = new Random(seed)
  const samples = Math.min(count, checkSize(op, 'samples', options.samples ?? count))
  const settings = drawDistinct(count, samples, rng).map((index) => settingAt(space, index))
  return settings.flatMap((setting) =>
    Array.from({ length: folds?.length ?? 1 }, (_, fold) => {
      return { setting, fold, seed: seedOfTrial(seed, setting, fold) }
    }),
  )
}
