import type { FitResult } from './fit-options.js'
import type { Progress } from './progress.js'
import type { EpochRecord, TrainingRun } from './training-run.js'

/** What `fit` calls. A callback may be asynchronous; `fit` waits for it. What it throws ends the run. */
export interface Callbacks {
  /** Before all else; of a run that is resumed, too. What it draws or resets is then put back, as below. */
  onStart?(progress: Progress, run: TrainingRun): unknown
  /**
   * Before the batches of an epoch, or before what is left of them when a run is resumed in its midst: it may set a rate
   * again, say, but what it draws from the run's generators or resets in `Stateful` layers is then put back, as it was done
   * before the interruption.
   */
  onEpochStart?(progress: Progress, run: TrainingRun): unknown
  /** After each batch. */
  onBatch?(progress: Progress, run: TrainingRun): unknown
  /** After each epoch, with its figures. */
  onEpoch?(record: EpochRecord, progress: Progress, run: TrainingRun): unknown
  onEnd?(result: FitResult, run: TrainingRun): unknown
}

/** Calls the same callback of each, in order. Undefined, so that there is nothing to wait for, when there is none. */
export function callEach<Name extends keyof Callbacks>(
  callbacks: readonly Callbacks[],
  name: Name,
  ...args: Parameters<NonNullable<Callbacks[Name]>>
): Promise<void> | undefined {
  const told = callbacks.filter((one) => one[name])
  if (told.length === 0) return undefined
  return (async () => {
    for (const one of told) await (one[name] as (...args: unknown[]) => unknown)(...args)
  })()
}
