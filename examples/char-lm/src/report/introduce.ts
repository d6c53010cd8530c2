import { formatCount } from '@unroll/example-kit'
import type { Run } from '../run.js'
import type { Baselines } from './outcome.js'
import { modelName } from './table.js'

export interface Introduction {
  /** The length of the text, in characters. */
  characters: number
  baselines: Baselines
  /** Where the checkpoint of a former run was moved, if there was one in its place. */
  former: string | undefined
}

/** Says what is about to be trained, on what, and what there is to beat. */
export function introduce(run: Run, { characters, baselines, former }: Introduction): void {
  const { model, vocabulary } = run
  const parameters = model.parameters().reduce((sum, { size }) => sum + size, 0)
  const [unigram, trigram] = [baselines.unigram, baselines.trigram].map(({ bits }) => bits.toFixed(2))
  const lines = [
    `Text      ${formatCount(characters)} characters, ${vocabulary.size} different ones; the last tenth is held out`,
    `Model     ${modelName(run)}: ${formatCount(parameters)} parameters`,
    `Training  ${describeTraining(run)}`,
    `To beat   unigram ${unigram}, trigram ${trigram}; losses are in bits per character`,
  ]
  if (former !== undefined) lines.push(`Kept      the former run's checkpoint as ${former}`)
  console.error(lines.join('\n'))
}

function describeTraining({ config: { batch, bptt }, step, steps }: Run): string {
  if (step === steps) return `all ${formatCount(steps)} steps are done; --steps can ask for more`
  const before = step > 0 ? `, after the ${formatCount(step)} done before` : ''
  return `${formatCount(steps - step)} steps of ${batch} × ${bptt} characters${before}`
}
