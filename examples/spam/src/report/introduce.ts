import { formatCount, formatShare } from '@unroll/example-kit'
import type { Mail } from '../mails/corpus.js'
import type { Run } from '../open-run.js'
import { batchesOf } from '../prepare.js'

/** Says what is about to be trained, and on what. */
export function introduce(run: Run, former: string | undefined): void {
  const { corpus, split, vocabulary, config, model, resume } = run
  const { mails, left } = corpus
  const parts = Object.entries(split).map(
    ([name, part]: [string, Mail[]]) => `${formatCount(part.length)} ${name}`,
  )
  const total = mails.length + left.copies + left.empty
  const parameters = model.parameters().reduce((sum, { size }) => sum + size, 0)
  const { padding } = batchesOf(split.training, vocabulary, config.batch)
  const lengths = split.training.map(({ words }) => words.length).sort((a, b) => a - b)
  const lines = [
    `Mails     ${formatCount(total)}; left out: ${formatCount(left.copies)} near copies (${left.contradictory} of them of the other class), ${left.empty} empty`,
    `Split     ${parts.join(', ')}; ${formatShare(mails.filter(({ spam }) => spam).length / mails.length)} are spam`,
    `Words     ${formatCount(vocabulary.size)} different ones; ${lengths[0]} to ${lengths[lengths.length - 1]} are read of a mail, of half the mails ${lengths[lengths.length >> 1]} or more`,
    `Model     GRU, 2 × ${config.hidden}: ${formatCount(parameters)} parameters`,
    `Training  up to ${config.epochs} epochs in batches of ${config.batch}; ${formatShare(padding)} of the steps are padding`,
  ]
  if (resume) lines.push('Resumed   from the checkpoint')
  if (former !== undefined) lines.push(`Kept      the former run's checkpoint as ${former}`)
  console.error(lines.join('\n'))
}
