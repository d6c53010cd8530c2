import Table from 'cli-table3'
import type { Score } from '../evaluate.js'
import type { Run } from '../run.js'
import { formatCount, formatDuration, formatShare } from './format.js'
import type { Outcome } from './outcome.js'

/** The outcome as a table in plain text. */
export function formatTable(run: Run, { baselines, score, secondsPerCharacter, peakBytes }: Outcome): string {
  const { seconds, step, config } = run
  const table = new Table({
    head: ['held-out text', 'bits per character', 'next character right'],
    colAligns: ['left', 'right', 'right'],
    style: { head: [], border: [], compact: true }, // no colours: it is written to a file too
  })
  const row = ({ bits, accuracy }: Score) => [bits.toFixed(3), formatShare(accuracy)]
  table.push(
    ['unigram', ...row(baselines.unigram)],
    ['trigram', ...row(baselines.trigram)],
    [modelName(run), ...row(score)],
  )
  const wide = (content: string) => ({ colSpan: 2, content, hAlign: 'right' as const })
  const characters = step * config.batch * config.bptt
  table.push(
    ['training', wide(`${formatDuration(seconds)}, ${formatCount(characters / seconds)} characters/s`)],
    ['inference', wide(`${formatCount(1 / secondsPerCharacter)} characters/s`)],
    ['peak memory', wide(`${formatCount(peakBytes / 2 ** 20)} MiB`)],
  )
  return table.toString()
}

/** 'LSTM, 1 × 96' */
export function modelName({ config: { cell, layers, hidden } }: Run): string {
  return `${cell.toUpperCase()}, ${layers} × ${hidden}`
}
