import { showProgress } from '@unroll/example-kit'
import type { EpochRecord } from '@unroll/rnn'
import type { Run } from '../run.js'

/** Tells how training goes: `update` is to be called when a network begins and after each of its epochs. */
export function showTraining({ config }: Run, stream?: NodeJS.WriteStream) {
  const { networks, epochs } = config
  let now: { i: number; history: readonly EpochRecord[] } = { i: 0, history: [] }
  const work = {
    total: networks * epochs,
    done: () => now.i * epochs + now.history.length, // one that stopped early is over when the next begins
    unit: 'epoch',
    report() {
      const last = now.history.at(-1)
      const off = (figures: EpochRecord['validation']) => `${Number(figures?.metrics.mae).toFixed(2)} °C off`
      const figures = last ? [`training ${off(last)}`, `validation ${off(last.validation)}`] : []
      return [`network ${now.i + 1} of ${networks}`, ...figures]
    },
  }
  const progress = showProgress(work, stream)
  let begun = -1
  return {
    update(i: number, history: readonly EpochRecord[]) {
      now = { i, history }
      if (i === begun) progress.update()
      begun = i // when a network begins, nothing has been done yet that a pace could be told from
    },
    stop: () => progress.stop(),
  }
}
