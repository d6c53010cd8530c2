import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UnrollError } from '@unroll/tensor'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fingerprint, isPlain, mobyDick, readText, splitText } from '../src/text/text.js'

describe('mobyDick', () => {
  const text = mobyDick()

  it('runs from the first chapter to the epilogue', () => {
    expect(text.startsWith('CHAPTER 1. Loomings.\n\nCall me Ishmael.')).toBe(true)
    expect(text.endsWith('only found another orphan.')).toBe(true)
  })

  it('has the chapters in the order of their numbers', () => {
    const numbers = [...text.matchAll(/^CHAPTER (\d+)\./gm)].map(([, number]) => Number(number))
    expect(numbers).toEqual(Array.from({ length: 135 }, (_, i) => i + 1))
    expect(text.indexOf('\n\nEpilogue')).toBeGreaterThan(text.indexOf('CHAPTER 135.'))
  })

  it('sets the lines of verses below each other', () => {
    expect(text).toContain(
      'The ribs and terrors in the whale,\nArched over me a dismal gloom,\nWhile all God',
    )
    expect(text).not.toMatch(/ {2}| $/m)
  })

  it('is the very text that the README tells of', () => {
    expect(text).toHaveLength(1_190_915)
    expect(new Set(text).size).toBe(81)
  })
})

describe('readText', () => {
  let folder: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'char-lm-'))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const file = (content: string | Uint8Array) => {
    const path = join(folder, 'text.txt')
    writeFileSync(path, content)
    return path
  }

  it('spells one thing in one way', () => {
    const composed = 'é'
    const path = file(`\ufeff  one\r\ntwo  \rthree\ftab\there e\u0301 𝄞\n\n`)
    expect(readText(path)).toBe(`one\ntwo\nthree\ntab\there ${composed} 𝄞`)
  })

  it.each([
    ['an empty file', '', 'is empty'],
    ['a blank one', ' \r\n \t\n', 'is empty'],
    ['bytes that are not UTF-8', Uint8Array.of(0x61, 0xff, 0x62), 'is not a text in UTF-8'],
    ['a binary file', 'a\0b', 'is not a plain text: it holds the control character U+0000'],
    ['codes for terminals', 'a\u001b[2Jb', 'U+001B'],
  ])('refuses %s', (_, content, problem) => {
    expect(() => readText(file(content))).toThrow(UnrollError)
    expect(() => readText(file(content))).toThrow(problem)
  })

  it('refuses what is not a file', () => {
    expect(() => readText(join(folder, 'nothing.txt'))).toThrow('nothing.txt does not exist')
    expect(() => readText(folder)).toThrow('is not a file')
  })
})

it('tells plain characters from others', () => {
  expect(['a', ' ', '\n', '\t', '—', '𝄞'].every(isPlain)).toBe(true)
  expect(['\0', '\u001b', '\r', '\u0085', '\ud800'].some(isPlain)).toBe(false)
})

it('holds out the last tenth', () => {
  const { training, heldOut } = splitText(Int32Array.from({ length: 109 }, (_, i) => i))
  expect([training.length, heldOut.length]).toEqual([99, 10])
  expect([...training, ...heldOut]).toEqual(Array.from({ length: 109 }, (_, i) => i))
})

it('gives each text a fingerprint of its own', () => {
  // SHA-256 of "abc": FIPS 180-4, the first of its examples.
  expect(fingerprint('abc')).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  expect(fingerprint('abd')).not.toBe(fingerprint('abc'))
})
