import { fail } from '@unroll/tensor'
import { drawsOf, setDraws } from '../model/generators.js'
import type { Source } from './evaluate.js'
import { isPositioned } from './positioned.js'
import type { TrainingRun } from './training-run.js'

/**
 * The batches of the epoch that are still to be done. After an interruption in its midst data that do not know
 * themselves where they stood are gone over from where the generators stood as the epoch began, so that the order is the
 * same, and what was done is left out; then the generators are put where they stood at the interruption.
 */
export async function* remainingBatches<B>(data: Source<B>, run: TrainingRun): AsyncGenerator<B> {
  const done = isPositioned(data) ? 0 : run.batch
  const now = drawsOf(run.generators)
  if (run.batch === 0) run.epochDraws = now // callbacks may have drawn since the last epoch
  if (done > 0) setDraws(run.generators, run.epochDraws)
  let seen = 0
  for await (const batch of data) {
    if (seen++ >= done) {
      run.markPosition()
      yield batch
    } else if (seen === done) setDraws(run.generators, now)
  }
  if (seen < done)
    fail('fit', `the run was interrupted after ${done} batches of the epoch, and the data have only ${seen}`)
  if (run.batch === 0)
    fail(
      'fit',
      `the training data gave no batches in epoch ${run.epoch + 1}; they must begin anew each time they are gone over`,
    )
}
