import { formatCount, formatDuration, formatShare, plainTable } from '@unroll/example-kit'
import type { Score } from '../evaluate.js'
import type { Run } from '../run.js'
import type { Outcome } from './outcome.js'

/** The outcome as a table in plain text. */
export function formatTable(run: Run, { baselines, score, secondsPerCharacter, peakBytes }: Outcome): string {
  const { seconds, step, config } = run
  const row = ({ bits, accuracy }: Score) => [bits.toFixed(3), formatShare(accuracy)]
  const wide = (content: string) => ({ content, colSpan: 2 })
  const characters = step * config.batch * config.bptt
  return plainTable(
    ['held-out text', 'bits per character', 'next character right'],
    [
      ['unigram', ...row(baselines.unigram)],
      ['trigram', ...row(baselines.trigram)],
      [modelName(run), ...row(score)],
      ['training', wide(`${formatDuration(seconds)}, ${formatCount(characters / seconds)} characters/s`)],
      ['inference', wide(`${formatCount(1 / secondsPerCharacter)} characters/s`)],
      ['peak memory', wide(`${formatCount(peakBytes / 2 ** 20)} MiB`)],
    ],
  )
}

/** 'LSTM, 1 × 96' */
export function modelName({ config: { cell, layers, hidden } }: Run): string {
  return `${cell.toUpperCase()}, ${layers} × ${hidden}`
}
