import { createHash } from 'node:crypto'
import { showProgress } from '@unroll/example-kit'
import { randomSplit } from '@unroll/rnn'
import { fail, Random } from '@unroll/tensor'
import { Copies } from './duplicates.js'
import { type MailFile, readBytes } from './folder.js'
import { wordsOf } from './parse.js'

/** A mail as it is learnt from and judged. */
export interface Mail extends MailFile {
  /** The first words of it, at least one. */
  words: readonly string[]
}

/** Mails of which no two are near copies. */
export interface Corpus {
  mails: Mail[]
  /** Left out: mails without a word, near copies of mails kept, and of these, copies of a mail of the other class. */
  left: { empty: number; copies: number; contradictory: number }
}

/** Reads mails, each up to so many words, and leaves near copies out: before any are set apart to judge by. */
export async function readCorpus(files: readonly MailFile[], limit: number): Promise<Corpus> {
  const corpus: Corpus = { mails: [], left: { empty: 0, copies: 0, contradictory: 0 } }
  const { mails, left } = corpus
  const seen = new Copies()
  let read = 0
  const progress = showProgress({
    total: files.length,
    unit: 'mail',
    done: () => read,
    report: (perSecond) => [`${Math.round(perSecond)} mails/s`],
  })
  try {
    for (const file of files) {
      const words = await wordsOf(readBytes(file.path), limit)
      const former = words.length > 0 ? seen.find(words) : undefined
      if (words.length === 0) left.empty++
      else if (former === undefined) mails.push({ ...file, words })
      else {
        left.copies++
        if (mails[former].spam !== file.spam) left.contradictory++
      }
      read++
      progress.update()
    }
  } finally {
    progress.stop()
  }
  return corpus
}

export interface Split {
  training: Mail[]
  /** Judged after each epoch, to stop in time. */
  validation: Mail[]
  /** Judged once, at the end. */
  test: Mail[]
}

/** The mails as three parts, with equal shares of each folder in them. */
export function splitMails({ mails }: Corpus, seed: number): Split {
  const stratify = mails.map(({ group }) => group)
  const [training, validation, test] = randomSplit(mails, [0.7, 0.1, 0.2], {
    rng: new Random(seed),
    stratify,
  })
  for (const part of [training, validation, test])
    if (new Set(part.map(({ spam }) => spam)).size < 2)
      fail('--mails', `${mails.length} different mails are too few: a part of them has not both ham and spam`)
  return { training, validation, test }
}

/** Tells a corpus, as it was read, from another: a SHA-256. */
export function fingerprint({ mails }: Corpus): string {
  const hash = createHash('sha256')
  for (const { group, words } of mails) hash.update(`${group}\n${words.join(' ')}\n`)
  return hash.digest('hex')
}
