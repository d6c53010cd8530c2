import { join } from 'node:path'
import { checked, flagOf, integer, numeric } from '@unroll/example-kit'
import { Command, Option } from 'commander'
import { type Config, defaults, rules } from './config.js'

/** What the command line asks for. */
export type Task = TrainTask | ReadTask

/** Train, from the beginning or from a checkpoint, and report. */
export interface TrainTask {
  kind: 'train'
  /** The settings that were given, and not left to their defaults. */
  given: Partial<Config>
  resume: string | undefined
  out: string | undefined
  /** How many hypotheses a beam search follows. */
  beam: number
}

/** Read dates with a trained network. */
export interface ReadTask {
  kind: 'read'
  texts: string[]
  resume: string
  beam: number
}

/** @throws CommanderError when the arguments are wrong, or ask for help; the message has then been printed. */
export function parseArguments(args: readonly string[]): Task {
  const program = describe().parse(args, { from: 'user' })
  const { read, resume, out, beam, ...settings } = program.opts()
  const wasGiven = ([name]: [string, unknown]) => program.getOptionValueSource(name) === 'cli'
  const given = Object.fromEntries(Object.entries(settings).filter(wasGiven))
  if (read === undefined) return { kind: 'train', given, resume, out, beam }

  const [idle] = [...Object.keys(given), ...(out === undefined ? [] : ['out'])]
  if (idle !== undefined)
    program.error(`error: --read does not train, so --${flagOf(idle)} has no place there`)
  return { kind: 'read', texts: read, resume: resume ?? join(folder, 'checkpoint.safetensors'), beam }
}

/** Where a run writes unless told otherwise. */
export const folder = join('out', 'dates')

function describe(): Command {
  const program = new Command('npm run dates --')
    .description(
      'Teaches a network to read dates as people write them in twelve languages, and shows what it looks at.',
    )
    .usage('[options]')
    .exitOverride()
    .addHelpText('after', notes)
  const setting = (name: keyof Config, argument: string, description: string) =>
    program.addOption(
      new Option(`--${flagOf(name)} <${argument}>`, description)
        .default(defaults[name])
        .argParser<string | number>(name === 'attention' ? checked(rules[name]) : numeric(rules[name])),
    )

  setting('attention', 'name', 'luong looks back after a step, bahdanau before it (slower)')
  setting('hidden', 'n', 'units of the encoder in each direction, and of the decoder')
  setting('dates', 'n', 'dates to train on')
  setting('heldOut', 'n', 'dates to judge by')
  setting('epochs', 'n', 'how often the dates are gone over')
  setting('batch', 'n', 'dates in a batch')
  setting('lr', 'x', 'the largest learning rate (of Adam)')
  setting('clip', 'x', 'gradients whose norm is larger are scaled down to it')
  setting('teacherForcing', 'p', 'share of the true characters that the decoder is shown in the last epoch')
  setting('seed', 'n', 'of all that is random; the same one gives the same run')
  return program
    .option('--beam <n>', 'hypotheses that a beam search follows', numeric(integer(1, 100)), 5)
    .option('--out <folder>', `where to write (default: ${folder}; with --resume, the checkpoint's folder)`)
    .option('--resume <checkpoint>', 'go on from a checkpoint, with its settings')
    .option(
      '--read <date...>',
      `read dates of yours, and do not train; by the checkpoint of --resume, or the one in ${folder}`,
    )
}

const notes = `
Ctrl-C finishes the batch, saves, and says how to go on; a second one stops at once.
A run that is resumed gives the same weights, bit for bit, as one that was never
interrupted. It keeps the settings of its checkpoint, and a flag that says otherwise
is an error; only --epochs may be raised.

Exit codes: 0 done; 1 something is wrong with a file or a value; 2 wrong usage;
130 interrupted, and saved.`
