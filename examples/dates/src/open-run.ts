import { flagOf } from '@unroll/example-kit'
import { fail } from '@unroll/tensor'
import { loadCheckpoint } from './checkpoint.js'
import type { TrainTask } from './cli.js'
import { defaults } from './config.js'
import { Run } from './run.js'

/** The run that a task begins, or with `bytes`, the one that it goes on with. */
export function openRun({ given, resume }: TrainTask): { run: Run; bytes?: Uint8Array } {
  if (resume === undefined) return { run: new Run({ ...defaults, ...given }) }

  const { config, source, bytes } = loadCheckpoint(resume)
  const refuse = (problem: string) => fail('--resume', `${resume} ${problem}`)
  const { epochs = config.epochs, ...others } = given
  for (const name of Object.keys(others) as (keyof typeof others)[])
    if (others[name] !== config[name])
      refuse(`has --${flagOf(name)} ${config[name]}, and a run cannot change to ${others[name]} on the way`)
  if (epochs < config.epochs)
    refuse(`has --epochs ${config.epochs}, which can be raised and not lowered to ${epochs}`)
  const run = new Run({ ...config, epochs })
  if (run.source.symbols.join('') !== source.symbols.join(''))
    refuse('was trained on dates that were written otherwise: this program has changed')
  return { run, bytes }
}
