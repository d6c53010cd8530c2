import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Random } from '@unroll/tensor'
import { type Config, defaults } from '../src/config.js'

/** Settings of a run that takes milliseconds. */
export const smallConfig: Config = {
  ...defaults,
  ...{ words: 30, embedding: 4, hidden: 4, batch: 8, epochs: 3, lr: 0.01 },
}

/** The words of a made-up mail: some that say what it is, and for each number others around them. */
export function madeUp(spam: boolean, number: number): string[] {
  const rng = new Random(1000 + 2 * number + Number(spam))
  const of = (list: readonly string[]) => list[rng.uniform([1], 0, list.length).cast('int32').item()]
  const telling = spam ? ['money', 'free', 'click', 'offer'] : ['patch', 'kernel', 'wrote', 'thanks']
  const any = ['the', 'a', 'we', 'it', 'of', 'to', 'and', 'in', 'you', 'for', 'on', 'is']
  return Array.from({ length: 8 + (number % 9) }, (_, i) => of(i % 3 === 0 ? telling : any))
}

/** Writes mails into folders ham and spam, so many of each. */
export function writeMails(folder: string, count: number): void {
  for (const group of ['ham', 'spam']) {
    mkdirSync(join(folder, group), { recursive: true })
    for (let i = 0; i < count; i++)
      writeFileSync(
        join(folder, group, `${String(i).padStart(3, '0')}.txt`),
        `From: someone@example.com\nSubject: mail ${group === 'ham' ? 'ä' : ''}\n\n${madeUp(group === 'spam', i).join(' ')}\n`,
      )
  }
}
