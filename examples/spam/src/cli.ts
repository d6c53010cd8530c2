import { flagOf, numeric } from '@unroll/example-kit'
import { Command, Option } from 'commander'
import { type Config, defaults, rules } from './config.js'

/** What the command line asks for. */
export type Task = TrainTask | ClassifyTask

/** Train, from the beginning or from a checkpoint, and report. */
export interface TrainTask {
  kind: 'train'
  /** The settings that were given, and not left to their defaults. */
  given: Partial<Config>
  /** A folder of mails; SpamAssassin's without one. */
  mails: string | undefined
  resume: string | undefined
  out: string | undefined
}

/** Judge a mail by a trained model. */
export interface ClassifyTask {
  kind: 'classify'
  /** `-` is the standard input. */
  file: string
  resume: string | undefined
}

/** @throws CommanderError when the arguments are wrong, or ask for help; the message has then been printed. */
export function parseArguments(args: readonly string[]): Task {
  const program = describe().parse(args, { from: 'user' })
  const { mails, resume, out, classify, ...settings } = program.opts()
  const wasGiven = (name: string) => program.getOptionValueSource(name) === 'cli'
  const given = Object.fromEntries(Object.entries(settings).filter(([name]) => wasGiven(name)))
  if (classify === undefined) return { kind: 'train', given, mails, resume, out }
  const [idle] = [...Object.keys(given), 'mails', 'out'].filter(wasGiven)
  if (idle) program.error(`error: --classify does not train, so --${flagOf(idle)} has no place there`)
  return { kind: 'classify', file: classify, resume }
}

function describe(): Command {
  const program = new Command('npm run spam --')
    .description(
      'Trains a recurrent network to tell spam from ham, and compares it with models that only count words.',
    )
    .usage('[options]')
    .exitOverride()
    .addHelpText('after', notes)
  const setting = (name: keyof Config, argument: string, description: string) =>
    program.addOption(
      new Option(`--${flagOf(name)} ${argument}`, description)
        .default(defaults[name])
        .argParser<number>(numeric(rules[name])),
    )

  setting('words', '<n>', 'words of a mail that are read, at most')
  setting('vocabulary', '<n>', 'different words that are known, at most')
  setting('embedding', '<n>', "length of a word's vector")
  setting('hidden', '<n>', 'units of the network in each direction')
  setting('dropout', '<p>', 'probability that a word is not shown, in training')
  setting('spamWeight', '<x>', 'how much a spam weighs in the loss, next to a ham')
  setting('epochs', '<n>', 'how often the mails are gone over, at most')
  setting('batch', '<n>', 'mails in a batch')
  setting('lr', '<x>', 'learning rate (of Adam)')
  setting('seed', '<n>', 'of all that is random; the same one gives the same run')
  return program
    .option(
      '--mails <folder>',
      "mails of yours in place of SpamAssassin's: a file each, in folders named ham… and spam…",
    )
    .option('--out <folder>', "where to write (default: out/spam; with --resume, the checkpoint's folder)")
    .option('--resume <checkpoint>', 'go on from a checkpoint, with its settings')
    .option(
      '--classify <file>',
      'judge the mail in a file (- is the standard input) by a checkpoint, and do not train',
    )
}

const notes = `
Ctrl-C finishes the step, saves, and says how to go on; a second one stops at once.
A run that is resumed gives the same weights, bit for bit, as one that was never
interrupted. It keeps the mails and the settings of its checkpoint, and a flag that
says otherwise is an error; only --epochs may be raised.

Exit codes: 0 done; 1 something is wrong with a file or a value; 2 wrong usage;
130 interrupted, and saved.`
