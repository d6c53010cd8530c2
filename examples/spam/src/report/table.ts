import { formatDuration, formatShare, plainTable } from '@unroll/example-kit'
import type { EpochRecord } from '@unroll/rnn'
import type { Judged } from '../baselines.js'
import type { Mail } from '../mails/corpus.js'
import { type Score, scoreOf } from '../score.js'

/** How well each way of judging does on the test mails, in plain text. */
export function formatTable(judged: readonly Judged[], mails: readonly Mail[]): string {
  const spam = mails.filter(({ spam }) => spam).length
  const head = `${mails.length} test mails, ${spam} spam`
  const figures = ['accuracy', 'precision', 'recall', 'f1', 'averagePrecision'] as const
  const row = (score: Score) =>
    figures.map((name) => (name === 'precision' && score.recall === 0 ? '–' : formatShare(score[name])))
  return plainTable(
    [head, 'accuracy', 'precision', 'recall', 'F1', 'average precision'],
    judged.map(({ name, logits }) => [name, ...row(scoreOf(logits, mails))]),
  )
}

/** What the table does not say: how single mails fare. */
export function formatDetails(judged: readonly Judged[], mails: readonly Mail[]): string {
  const [rival, network] = judged.slice(-2)
  const isRight = ({ logits }: Judged, i: number) => logits[i] > 0 === mails[i].spam
  const differ = mails.map((_, i) => i).filter((i) => isRight(rival, i) !== isRight(network, i))
  const right = differ.filter((i) => isRight(network, i)).length
  const hard = mails.map((_, i) => i).filter((i) => mails[i].group.startsWith('hard-ham'))
  const passed = hard.filter((i) => isRight(network, i)).length
  const lines = [
    `${network.name}:`,
    `${scoreOf(network.logits, mails).confusion}`,
    '',
    `On ${differ.length} of these mails ${network.name} and ${rival.name} differ: ${network.name} is right on ${right}, ${rival.name} on ${differ.length - right}.`,
  ]
  if (hard.length > 0)
    lines.push(
      `Of the ${hard.length} that are hard ham (newsletters, order confirmations), ${network.name} lets ${passed} pass.`,
    )
  return lines.join('\n')
}

/** How long the network was trained, and which of its epochs was taken. */
export function formatTraining(history: readonly EpochRecord[]): string {
  const seconds = history.reduce((sum, { seconds }) => sum + seconds, 0)
  const losses = history.map(({ validation }) => validation?.loss ?? Number.POSITIVE_INFINITY)
  const best = losses.indexOf(Math.min(...losses)) + 1
  return `Trained for ${formatDuration(seconds)}, ${history.length} epochs; the weights are those of epoch ${best}, the best on the validation mails.`
}
