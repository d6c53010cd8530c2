import { drawsOf, setDraws } from '../model/generators.js'
import { evaluateUntil } from './evaluate.js'
import type { FitData, FitOptions } from './fit-options.js'
import type { Evaluation } from './tally.js'
import type { TrainingRun } from './training-run.js'

/** The figures on the validation data. When the signal stops it, it is as if it had not begun. */
export async function validate(
  run: TrainingRun,
  { validation }: FitData<unknown>,
  options: FitOptions,
): Promise<Evaluation | undefined> {
  if (!validation) return undefined
  const draws = drawsOf(run.generators)
  const evaluation = await evaluateUntil(run.model, validation, options, options.signal)
  if (!evaluation) setDraws(run.generators, draws)
  return evaluation
}
