import { formatDuration, replaceFile } from '@unroll/example-kit'
import { dateOf } from '../data/weather.js'
import type { Run } from '../run.js'
import type { Outcome } from './outcome.js'
import type { OutputFiles } from './output-files.js'
import { drawOutcome } from './picture.js'
import { formatOutcome } from './table.js'

/** Puts an outcome into files, and the gist of it on the standard output. */
export async function report({ config }: Run, outcome: Outcome, files: OutputFiles): Promise<void> {
  const table = formatOutcome(config, outcome)
  await replaceFile(files.picture, drawOutcome(config, outcome))
  await replaceFile(files.table, `${table}\n`)
  const { days, next, seconds } = outcome
  const last = days[days.length - 1]
  console.log(`${table}\n`)
  console.log(`After ${dateOf(last)}: ${next.map((degrees) => degrees.toFixed(1)).join(', ')} °C`)
  console.log(`Training took ${formatDuration(seconds)}\n`)
  for (const [name, path] of Object.entries(files)) console.log(`${name.padEnd(10)} ${path}`)
}
