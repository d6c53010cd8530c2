import { rememberCarried } from '../model/carried.js'
import { drawsOf, setDraws } from '../model/generators.js'
import type { TrainingRun } from './training-run.js'

/**
 * Waits for callbacks that begin something. When a run goes on amidst what it had begun, they did their part before the
 * interruption: what they draw now, or reset, is put back, so that all goes on as if there had been no break.
 */
export async function settled(run: TrainingRun, wasBegun: boolean, begin: () => unknown): Promise<void> {
  if (!wasBegun) return void (await begin())
  const [draws, putStatesBack] = [drawsOf(run.generators), rememberCarried(run.model)]
  await begin()
  setDraws(run.generators, draws)
  putStatesBack()
}
