import { replaceFile } from '@unroll/example-kit'
import type { FitResult } from '@unroll/rnn'
import { type Language, languageCodes } from '../dates/languages.js'
import { dateParse } from '../readers/date-parse.js'
import { networkReader, readGreedily } from '../readers/network.js'
import type { Reader } from '../readers/reader.js'
import type { Run } from '../run.js'
import { score } from '../score.js'
import { drawAttention, type Look } from './attention-map.js'
import { drawCurves } from './curves.js'
import type { OutputFiles } from './output-files.js'
import { formatTable } from './table.js'

export interface ReportOptions {
  result: FitResult
  baselines: readonly Reader[]
  beam: number
  files: OutputFiles
}

/** Judges a trained network beside the baselines, draws what it looks at, and puts it all into files and the gist of it on the standard output. */
export async function report(run: Run, { result, baselines, beam, files }: ReportOptions): Promise<void> {
  console.error('Reading the held-out dates …')
  const network = networkReader(run, 'network, greedy')
  const readers = [...baselines, network, networkReader(run, `network, beam of ${beam}`, beam)]
  const { heldOut, unseen, mistyped } = run.examples
  const table = formatTable({
    readers: readers.map((reader) => ({
      name: reader.name,
      heldOut: score(reader, heldOut),
      unseen: score(reader, unseen),
      mistyped: score(reader, mistyped),
    })),
    languages: languageCodes.flatMap((language) => {
      const own = heldOut.filter((example) => example.language === language)
      const wrong = mistyped.filter((example) => example.language === language)
      if (own.length === 0 || wrong.length === 0) return []
      return {
        ...{ language, dates: own.length, dateParse: score(dateParse, own) },
        ...{ network: score(network, own), mistyped: score(network, wrong) },
      }
    }),
    seconds: result.history.reduce((sum, { seconds }) => sum + seconds, 0),
  })
  await replaceFile(files.attention, drawAttention(looks(run)))
  await replaceFile(files.curves, drawCurves(result))
  await replaceFile(files.table, `${table}\n`)
  console.log(`${table}\n`)
  for (const [name, path] of Object.entries(files)) console.log(`${name.padEnd(10)} ${path}`)
}

/** A held-out date of each of some languages, with the name of its month. */
function looks(run: Run): Look[] {
  const shown: readonly Language[] = ['en', 'de', 'fr', 'fi', 'pl', 'tr']
  const examples = shown.flatMap((language) => {
    const own = run.examples.heldOut.filter((example) => example.language === language)
    const chosen = own.find(({ template }) => template.includes('ddd') && template.includes('MMMM')) ?? own[0]
    return chosen ? [chosen] : []
  })
  const texts = examples.map(({ text }) => text)
  return readGreedily(run, texts).map((decoded, i) => ({ text: texts[i], decoded }))
}
