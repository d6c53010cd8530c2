import { basename } from 'node:path'
import { replaceFile } from '@unroll/example-kit'
import type { EpochRecord } from '@unroll/rnn'
import { type Judged, judgeByBaselines } from '../baselines.js'
import type { Run } from '../open-run.js'
import { logitsOf, runningProbability } from '../score.js'
import { chooseMails } from './choose-mails.js'
import type { OutputFiles } from './output-files.js'
import { drawPicture } from './picture.js'
import { formatDetails, formatTable, formatTraining } from './table.js'
import { tellingWords } from './telling-words.js'

/** Judges the test mails by the network and the baselines, puts all into files and the gist of it on the standard output. */
export async function report(run: Run, history: readonly EpochRecord[], files: OutputFiles): Promise<void> {
  console.error('Training the baselines …')
  const { model, vocabulary, split, config } = run
  const { test } = split
  const texts = test.map(({ words }) => words)
  const network: Judged = { name: `GRU, 2 × ${config.hidden}`, logits: logitsOf(model, vocabulary, texts) }
  const { judged: baselines, bayes } = await judgeByBaselines(run)
  const judged = [...baselines, network]

  const readings = chooseMails(network.logits, test).map(({ mail, outcome }) => ({
    name: `${mail.group}/${basename(mail.path).slice(0, 5)}: ${outcome}`,
    spam: mail.spam,
    curve: runningProbability(model, vocabulary, mail.words),
  }))
  const table = formatTable(judged, test)
  const text = [
    table,
    formatDetails(judged, test),
    tellingWords(bayes, vocabulary, split.training),
    formatTraining(history),
  ].join('\n\n')
  await replaceFile(files.picture, drawPicture({ history, judged, mails: test, readings }))
  await replaceFile(files.table, `${text}\n`)
  console.log(`${text}\n`)
  for (const [name, path] of Object.entries(files)) console.log(`${name.padEnd(10)} ${path}`)
}
