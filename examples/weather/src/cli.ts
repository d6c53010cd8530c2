import { checked, numeric } from '@unroll/example-kit'
import { Command, Option } from 'commander'
import { type Config, defaults, rules } from './config.js'

/** What the command line asks for. */
export interface Task {
  /** The settings that were given, and not left to their defaults. */
  given: Partial<Config>
  /** A CSV file; Seattle's without one. */
  data: string | undefined
  resume: string | undefined
  out: string | undefined
}

/** @throws CommanderError when the arguments are wrong, or ask for help; the message has then been printed. */
export function parseArguments(args: readonly string[]): Task {
  const program = describe().parse(args, { from: 'user' })
  const { data, resume, out, ...settings } = program.opts()
  const given = Object.entries(settings).filter(([name]) => program.getOptionValueSource(name) === 'cli')
  return { given: Object.fromEntries(given), data, resume, out }
}

function describe(): Command {
  const program = new Command('npm run weather --')
    .description(
      'Forecasts the highest temperature of the next days, and compares that with what is easily said.',
    )
    .usage('[options]')
    .exitOverride()
    .addHelpText('after', notes)
  const setting = (name: keyof Config, argument: string, description: string) =>
    program.addOption(
      new Option(`--${name} <${argument}>`, description)
        .default(defaults[name])
        .argParser<string | number>(name === 'cell' ? checked(rules.cell) : numeric(rules[name])),
    )

  setting('cell', 'name', 'the recurrent cell: rnn, lstm or gru')
  setting('hidden', 'n', 'units of the recurrent layer')
  setting('dropout', 'p', 'probability that one of them is dropped, in training')
  setting('days', 'n', 'days that a forecast looks back on')
  setting('horizon', 'n', 'days that it tells')
  setting('batch', 'n', 'windows in a batch')
  setting('lr', 'x', 'learning rate (of Adam) at the beginning')
  setting('epochs', 'n', 'at most so many; a network that gets no better stops sooner')
  setting('networks', 'n', 'how many are trained, each from a seed of its own')
  setting('seed', 'n', 'of the first network; the same one gives the same run')
  return program
    .option('--data <file>', 'a CSV file with the columns date, precipitation, temp_max, temp_min and wind')
    .option('--out <folder>', 'where to write (default: out/weather; with --resume, its folder)')
    .option('--resume <checkpoint>', 'go on from a checkpoint, with its settings')
}

const notes = `
Ctrl-C finishes the batch, saves, and says how to go on; a second one stops at once.
A run that is resumed gives the same weights, bit for bit, as one that was never
interrupted. It keeps the data and the settings of its checkpoint, and a flag that
says otherwise is an error.

Exit codes: 0 done; 1 something is wrong with a file or a value; 2 wrong usage;
130 interrupted, and saved.`
