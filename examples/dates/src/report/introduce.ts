import { formatCount, formatShare } from '@unroll/example-kit'
import { forms, unseenForms } from '../dates/forms.js'
import { languageCodes } from '../dates/languages.js'
import type { Reader } from '../readers/reader.js'
import type { Run } from '../run.js'
import { score } from '../score.js'

/** Says what is about to be trained, on what, and what there is to beat. */
export function introduce(run: Run, baselines: readonly Reader[], former: string | undefined): void {
  const { config, examples, model, train } = run
  const { training, heldOut } = examples
  const parameters = model.parameters().reduce((sum, { size }) => sum + size, 0)
  const formCount =
    languageCodes.reduce((sum, language) => sum + forms[language].length, 0) - unseenForms.length
  const toBeat = baselines.map((reader) => `${reader.name} ${formatShare(score(reader, heldOut).exact)}`)
  const lines = [
    `Dates     ${formatCount(training.length)} to train on, in ${languageCodes.length} languages and ${formCount} forms; ${formatCount(heldOut.length)} other dates are held out`,
    `Model     GRU 2 × ${config.hidden}, ${config.attention} attention, GRU ${config.hidden}: ${formatCount(parameters)} parameters`,
    `Training  ${config.epochs} epochs of ${train.length} batches of ${config.batch}`,
    `To beat   ${toBeat.join(', ')}`,
  ]
  if (former !== undefined) lines.push(`Kept      the former run's checkpoint as ${former}`)
  console.error(lines.join('\n'))
}
