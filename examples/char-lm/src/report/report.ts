import { replaceFile } from '@unroll/example-kit'
import { evaluate } from '../evaluate.js'
import { type GenerateOptions, generate } from '../generate.js'
import type { Run } from '../run.js'
import type { Streams } from '../text/batches.js'
import type { Baselines, Outcome } from './outcome.js'
import type { OutputFiles } from './output-files.js'
import { plotCurves } from './plot.js'
import { formatTable } from './table.js'

export interface ReportOptions {
  heldOut: Streams
  baselines: Baselines
  sample: GenerateOptions
  files: OutputFiles
}

/** Judges a trained model, lets it write, puts everything into files and the gist of it on the standard output. */
export async function report(run: Run, { heldOut, baselines, sample, files }: ReportOptions): Promise<void> {
  console.error('Reading the held-out text …')
  const score = evaluate(run.model, heldOut)
  const start = performance.now()
  const text = sample.prompt.trimStart() + [...generate(run.model, run.vocabulary, sample)].join('')
  const outcome: Outcome = {
    baselines,
    score,
    secondsPerCharacter: (performance.now() - start) / 1000 / sample.length,
    peakBytes: process.resourceUsage().maxRSS * 1024, // Node gives KiB
  }
  const table = formatTable(run, outcome)
  await replaceFile(files.curves, plotCurves(run, outcome))
  await replaceFile(files.sample, `${text}\n`)
  await replaceFile(files.table, `${table}\n`)
  console.log(`${table}\n\n${text}\n`)
  for (const [name, path] of Object.entries(files)) console.log(`${name.padEnd(10)} ${path}`)
}
