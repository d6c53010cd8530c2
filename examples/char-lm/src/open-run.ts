import { fail } from '@unroll/tensor'
import { loadCheckpoint } from './checkpoint/checkpoint.js'
import type { TrainTask } from './cli.js'
import { type Config, defaultSteps, defaults } from './config.js'
import { Run } from './run.js'
import { Streams } from './text/batches.js'
import { fingerprint, splitText } from './text/text.js'
import { Vocabulary } from './text/vocabulary.js'

/** The run that a task begins, or goes on with. */
export function openRun({ given, steps, resume }: TrainTask, text: string): Run {
  if (resume === undefined)
    return new Run({ ...defaults, ...given }, steps ?? defaultSteps, Vocabulary.of(text), fingerprint(text))

  const run = loadCheckpoint(resume)
  const refuse = (problem: string) => fail('--resume', `${resume} ${problem}`)
  for (const name of Object.keys(given) as (keyof Config)[])
    if (given[name] !== run.config[name])
      refuse(`has --${name} ${run.config[name]}, and a run cannot change to ${given[name]} on the way`)
  if (fingerprint(text) !== run.fingerprint) refuse('was trained on another text; name that text with --text')
  if (Vocabulary.of(text).characters.join('') !== run.vocabulary.characters.join(''))
    refuse('has another vocabulary than its text')
  if (steps !== undefined && steps < run.step)
    refuse(`has done ${run.step} steps, more than --steps ${steps}`)
  run.steps = steps ?? run.steps
  return run
}

/** The text as streams: those to train on, and those to judge by. */
export function openText({ config, vocabulary }: Run, text: string): { training: Streams; heldOut: Streams } {
  const { batch, bptt } = config
  const { training, heldOut } = splitText(vocabulary.encode(text))
  const wanted = Math.max(batch * bptt + 1, 20)
  if (training.length < wanted)
    fail(
      'text',
      `--batch ${batch} and --bptt ${bptt} want ${wanted} characters to train on, and the text has ${training.length}`,
    )
  return {
    training: new Streams(training, batch, bptt),
    heldOut: new Streams(heldOut, Math.min(32, heldOut.length - 1), 64),
  }
}
