import { checked, integer, number, numeric, type Rule } from '@unroll/example-kit'
import { Command, Option } from 'commander'
import { type Config, defaultSteps, defaults, rules } from './config.js'

/** What the command line asks for. */
export type Task = TrainTask | GenerateTask

/** Train, from the beginning or from a checkpoint, and report. */
export interface TrainTask {
  kind: 'train'
  /** The settings that were given, and not left to their defaults. */
  given: Partial<Config>
  steps: number | undefined
  /** A file to learn; Moby Dick without one. */
  text: string | undefined
  resume: string | undefined
  out: string | undefined
  sample: SampleOptions
}

/** Write text with a trained model. */
export interface GenerateTask {
  kind: 'generate'
  resume: string
  sample: SampleOptions
}

export interface SampleOptions {
  /** In characters. */
  length: number
  prompt: string | undefined
  temperature: number
  seed: number
}

/** @throws CommanderError when the arguments are wrong, or ask for help; the message has then been printed. */
export function parseArguments(args: readonly string[]): Task {
  const program = describe().parse(args, { from: 'user' })
  const wasGiven = (name: string) => program.getOptionValueSource(name) === 'cli'
  const { text, resume, out, generate, prompt, temperature, steps, ...settings } = program.opts()
  const given = Object.fromEntries(Object.entries(settings).filter(([name]) => wasGiven(name)))
  const sample = { length: generate, prompt, temperature, seed: settings.seed }

  if (resume === undefined || !wasGiven('generate'))
    return { kind: 'train', given, steps: wasGiven('steps') ? steps : undefined, text, resume, out, sample }
  const idle = [...Object.keys(given), 'steps', 'text', 'out'].filter(
    (name) => name !== 'seed' && wasGiven(name),
  )
  if (idle.length > 0)
    program.error(`error: --resume with --generate does not train, so --${idle[0]} has no place there`)
  return { kind: 'generate', resume, sample }
}

function describe(): Command {
  const program = new Command('npm start --')
    .description(
      'Trains a character-level language model on Moby Dick, or on a text of yours, and writes in its style.',
    )
    .usage('[options]')
    .exitOverride()
    .addHelpText('after', notes)
  const setting = (name: keyof typeof rules, argument: string, description: string) =>
    program.addOption(
      new Option(`--${name} <${argument}>`, description)
        .default({ ...defaults, steps: defaultSteps }[name])
        .argParser<string | number>(name === 'cell' ? checked(rules.cell) : numeric(rules[name])),
    )

  setting('cell', 'name', 'the recurrent cell: rnn, lstm or gru')
  setting('hidden', 'n', 'units in each recurrent layer')
  setting('layers', 'n', 'recurrent layers')
  setting('dropout', 'p', 'probability that an output of a recurrent layer is dropped in training')
  setting('bptt', 'n', 'characters that a gradient reaches back')
  setting('batch', 'n', 'places of the text that are read in parallel')
  setting('lr', 'x', 'learning rate (of Adam)')
  setting('clip', 'x', 'gradients whose norm is larger are scaled down to it')
  setting('steps', 'n', 'training steps in all, each of batch × bptt characters')
  setting('seed', 'n', 'of all that is random; the same one gives the same run')
  return program
    .option('--text <file>', 'a text file in UTF-8 to learn in place of Moby Dick')
    .option('--out <folder>', "where to write (default: out/char-lm; with --resume, the checkpoint's folder)")
    .option('--resume <checkpoint>', 'go on from a checkpoint, with its settings')
    .option(
      '--generate <n>',
      'characters to write; with --resume, write them and do not train',
      numeric(rule.length),
      500,
    )
    .option('--prompt <text>', 'what the writing starts from (default: a new line)', checked(rule.prompt))
    .option(
      '--temperature <x>',
      'below 1 writes more carefully, above 1 more wildly',
      numeric(rule.temperature),
      0.8,
    )
}

const notes = `
Ctrl-C finishes the step, saves, and says how to go on; a second one stops at once.
A run that is resumed gives the same weights, bit for bit, as one that was never
interrupted. It keeps the text and the settings of its checkpoint, and a flag that
says otherwise is an error; only --steps may be raised. (The learning rate falls in
a straight line to 0 at the last step; with more steps the line is a longer one.)

Exit codes: 0 done; 1 something is wrong with a file or a value; 2 wrong usage;
130 interrupted, and saved.`

const rule = {
  length: integer(1, 1_000_000_000),
  temperature: number('a number from 0', (temperature) => temperature >= 0),
  prompt: { wants: 'at least one character', accepts: (prompt) => prompt !== '' },
} satisfies Record<string, Rule>
