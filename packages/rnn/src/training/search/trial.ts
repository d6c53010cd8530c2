import { fail, kindOf, Random } from '@unroll/tensor'
import { clock } from '../breathe.js'
import { type Setting, type Space, seedOf } from './space.js'

/** What a trial is given besides its setting. */
export interface TrialContext<F = unknown> {
  /** One of the search's folds; undefined where it has none. */
  readonly fold: F
  /** Of the trial, and of nothing else: the same in every run, in whatever order trials are done. */
  readonly seed: number
  /** `new Random(seed)` */
  readonly rng: Random
  readonly signal: { readonly aborted: boolean } | undefined
}

/** Trains with a setting, and says how good it is. */
export type TrialFunction<S extends Space, F = unknown> = (
  setting: Setting<S>,
  context: TrialContext<F>,
) => number | Promise<number>

/** What came of a setting on one fold; plain data. */
export interface Trial<S extends Space = Space> {
  setting: Setting<S>
  /** 0 for the first, and where there are no folds. */
  fold: number
  seed: number
  /** Null when the trial failed. */
  score: number | null
  /** Why it failed. */
  error?: string
  seconds: number
}

/** Runs a trial. One that throws, or gives no finite number, has failed; that ends nothing but itself. */
export async function runTrial<S extends Space, F>(
  body: TrialFunction<S, F>,
  { setting, fold, seed }: Pick<Trial<S>, 'setting' | 'fold' | 'seed'>,
  folds: readonly F[] | undefined,
  signal: TrialContext['signal'],
): Promise<Trial<S>> {
  const start = clock()
  const context = { fold: folds?.[fold] as F, seed, rng: new Random(seed), signal }
  const done = (score: number | null, error?: string): Trial<S> => ({
    setting,
    fold,
    seed,
    score,
    ...(error !== undefined && { error }),
    seconds: clock() - start,
  })
  try {
    const score: unknown = await body(structuredCopy(setting), context)
    if (typeof score === 'number' && Number.isFinite(score)) return done(score)
    return done(null, `the score is ${typeof score === 'number' ? score : `no number: ${kindOf(score)}`}`)
  } catch (error) {
    return done(null, String(error))
  }
}

export function seedOfTrial(seed: number, setting: object, fold: number): number {
  return seedOf(JSON.stringify([seed, setting, fold]))
}

/** The trials of an earlier search, that need not be trusted, by what they tried. @throws UnrollError when one is none. */
export function knownTrials<S extends Space>(op: string, done: readonly Trial<S>[]): Map<string, Trial<S>> {
  if (!Array.isArray(done)) fail(op, `wants done trials as a list, got ${kindOf(done)}`)
  return new Map(
    done.map((trial: Trial<S>, i) => {
      const { setting, fold, seed, score, error, seconds } = trial ?? {}
      const whole =
        typeof setting === 'object' &&
        setting !== null &&
        [fold, seed].every(Number.isSafeInteger) &&
        (Number.isFinite(score) || (score === null && typeof error === 'string')) &&
        Number.isFinite(seconds)
      if (!whole)
        fail(op, `number ${i} of the done trials is no trial, with setting, fold, seed, score and seconds`)
      return [keyOf(setting, fold, seed), trial]
    }),
  )
}

export function keyOf(setting: object, fold: number, seed: number): string {
  return JSON.stringify([setting, fold, seed])
}

/** A trial may change what it is given. */
function structuredCopy<T>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}
