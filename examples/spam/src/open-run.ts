import { flagOf } from '@unroll/example-kit'
import type { Vocabulary } from '@unroll/rnn'
import { fail, Random } from '@unroll/tensor'
import { type Kept, openCheckpoint } from './checkpoint.js'
import type { TrainTask } from './cli.js'
import { type Config, defaults } from './config.js'
import { type Corpus, fingerprint, readCorpus, type Split, splitMails } from './mails/corpus.js'
import { mailsIn, spamAssassin } from './mails/folder.js'
import { SpamModel } from './model.js'
import { vocabularyOf } from './prepare.js'

/** A run as it begins, or goes on: the mails, and a network to learn them. */
export interface Run extends Kept {
  corpus: Corpus
  split: Split
  model: SpamModel
  /** Draws the weights that the network begins with, what is dropped, and the order of the mails. */
  rng: Random
  /** The checkpoint to go on from. */
  resume: Uint8Array | undefined
}

/** Reads the mails and makes the network. */
export async function openRun({ given, mails, resume }: TrainTask): Promise<Run> {
  const files = mails === undefined ? spamAssassin() : mailsIn(mails)
  const former = resume === undefined ? undefined : openCheckpoint(resume)
  const config = { ...(former?.config ?? defaults), ...given }
  const refuse = (problem: string) => fail('--resume', `${resume} ${problem}`)
  for (const name of Object.keys(given) as (keyof Config)[])
    if (former && name !== 'epochs' && former.config[name] !== config[name])
      refuse(
        `has --${flagOf(name)} ${former.config[name]}, and a run cannot change to ${config[name]} on the way`,
      )

  console.error(`Reading ${files.length} mails …`)
  const corpus = await readCorpus(files, config.words)
  const split = splitMails(corpus, config.seed)
  const vocabulary: Vocabulary = vocabularyOf(split, config)
  const print = fingerprint(corpus)
  if (former && former.fingerprint !== print) refuse('was trained on other mails; name those with --mails')
  const rng = new Random(config.seed)
  const model = new SpamModel(vocabulary.size, config, rng)
  return { config, vocabulary, fingerprint: print, corpus, split, model, rng, resume: former?.bytes }
}
