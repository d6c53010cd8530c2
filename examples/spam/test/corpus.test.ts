import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Corpus, readCorpus, splitMails } from '../src/mails/corpus.js'
import { Copies } from '../src/mails/duplicates.js'
import { mailsIn } from '../src/mails/folder.js'
import { madeUp, writeMails } from './support.js'

let folder: string
let corpus: Corpus
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'spam-'))
  writeMails(folder, 20)
  for (let i = 0; i < 20; i++) {
    // The same mail in another transport, and with another greeting in front.
    const words = madeUp(true, i).join(' ')
    writeFileSync(join(folder, 'spam', `a${i}.txt`), `Subject: mail\nX-Seen: ${i}\n\n${words}\n`)
    writeFileSync(join(folder, 'spam', `b${i}.txt`), `Subject: hi mail\n\n${words}\n`)
  }
  mkdirSync(join(folder, 'zz-ham'))
  writeFileSync(join(folder, 'zz-ham', 'spam.txt'), `Subject: mail\n\n${madeUp(true, 3).join(' ')}\n`)
  writeFileSync(join(folder, 'spam', 'empty.txt'), '')
  writeFileSync(join(folder, 'spam', '000.json'), '{"text": "a copy in another form"}')
  corpus = await readCorpus(mailsIn(folder), 100)
})
afterAll(() => rmSync(folder, { recursive: true }))

it('near copies are left out, and counted', () => {
  expect(corpus.left).toEqual({ empty: 1, copies: 41, contradictory: 1 })
  expect(corpus.mails).toHaveLength(40)
})

it('no part of the split has a copy of a mail in another', () => {
  const { training, validation, test } = splitMails(corpus, 1)
  expect([training, validation, test].map((part) => part.length)).toEqual([28, 4, 8])
  const runs = ({ words }: { words: readonly string[] }) =>
    new Set(words.slice(3).map((_, i) => words.slice(i, i + 4).join(' ')))
  for (const mail of [...validation, ...test])
    for (const learnt of training) {
      const [a, b] = [runs(mail), runs(learnt)]
      const shared = [...a].filter((run) => b.has(run)).length
      expect(shared / (a.size + b.size - shared)).toBeLessThan(0.5)
    }
})

it('each part has its share of both classes, and the seed says which mails', () => {
  const parts = splitMails(corpus, 1)
  for (const part of Object.values(parts))
    expect(part.filter(({ spam }: { spam: boolean }) => spam)).toHaveLength(part.length / 2)
  expect(splitMails(corpus, 1)).toEqual(parts)
  expect(splitMails(corpus, 2)).not.toEqual(parts)
})

it('texts are near copies when half of their runs of four words are the same', () => {
  const copies = new Copies()
  const text = 'one two three four five six seven eight nine ten'.split(' ')
  expect(copies.find(text)).toBeUndefined()
  expect(copies.find([...text, 'eleven', 'twelve'])).toBe(0) // 7 of 9 runs
  expect(copies.find(text.slice(0, 5))).toBeUndefined() // 2 of 7
  expect(copies.find([...text].reverse())).toBeUndefined()
  expect(copies.find(['short'])).toBeUndefined()
  expect(copies.find(['short'])).toBe(3)
})

it('what is no corpus is refused', () => {
  expect(() => mailsIn(join(folder, 'none'))).toThrow('is not a folder')
  expect(() => mailsIn(join(folder, 'spam'))).toThrow('has no folder of spam')
  expect(() => splitMails({ ...corpus, mails: corpus.mails.slice(0, 4) }, 1)).toThrow(/too few/)
})
