import { padSequences, Vocabulary, words } from '@unroll/rnn'
import { tensor } from '@unroll/tensor'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { examples } from './support/networks.js'
import { expectRefusals, wrong } from './support/refusals.js'

const texts = fc.array(fc.string({ unit: 'grapheme', maxLength: 12 }), { minLength: 1, maxLength: 6 })
const specials = fc.subarray(['pad', 'unknown', 'start', 'end'] as const)

describe('Vocabulary', () => {
  test('numbers the specials first, then the symbols, the most frequent first', () => {
    const vocabulary = Vocabulary.of(['banana', 'nab'])
    expect([vocabulary.pad, vocabulary.unknown, vocabulary.start, vocabulary.end]).toEqual([
      0,
      1,
      undefined,
      undefined,
    ])
    expect(vocabulary.symbols).toEqual(['a', 'n', 'b'])
    expect(vocabulary.size).toBe(5)
    expect(Array.from(vocabulary.encode('nabx'))).toEqual([3, 2, 4, 1])
    expect([vocabulary.has('b'), vocabulary.has('x'), vocabulary.indexOf('b')]).toEqual([true, false, 4])
  })

  test('gives texts back, of characters and of words', () =>
    fc.assert(
      fc.property(texts, specials, (texts, specials) => {
        fc.pre(texts.some((text) => text !== ''))
        const vocabulary = Vocabulary.of(texts, { specials })
        for (const text of texts) {
          const ends = { start: specials.includes('start'), end: specials.includes('end') }
          const indices = vocabulary.encode(text, ends)
          expect(indices.length).toBe([...text].length + +ends.start + +ends.end)
          expect(vocabulary.decode(indices).join('')).toBe(text)
          expect(indices.every((index) => index >= 0 && index < vocabulary.size)).toBe(true)
        }
        const list = Vocabulary.of([texts], { specials })
        expect(list.decode(list.encode(texts))).toEqual(texts)
      }),
      examples(100),
    ))

  test('does not depend on the order of the texts', () =>
    fc.assert(
      fc.property(texts, (texts) => {
        fc.pre(texts.some((text) => text !== ''))
        expect(Vocabulary.of(texts.toReversed()).symbols).toEqual(Vocabulary.of(texts).symbols)
      }),
      examples(50),
    ))

  test('leaves out what is rare', () => {
    const list = [['a', 'b', 'a', 'c', 'c', 'c']]
    expect(Vocabulary.of(list, { minCount: 2 }).symbols).toEqual(['c', 'a'])
    expect(Vocabulary.of(list, { maxSymbols: 1 }).symbols).toEqual(['c'])
    expect(Array.from(Vocabulary.of(list, { maxSymbols: 1 }).encode(['a', 'c']))).toEqual([1, 2])
  })

  test('decodes up to the end, without the specials, or with all of them', () => {
    const vocabulary = new Vocabulary(['a', 'b'], ['end', 'start', 'pad'])
    expect(vocabulary.specials).toEqual(['pad', 'start', 'end'])
    const { values } = padSequences([vocabulary.encode('ab', { start: true, end: true })], { length: 6 })
    expect(values.toArray()).toEqual([[1, 3, 4, 2, 0, 0]])
    expect(vocabulary.decode(values.slice(0))).toEqual(['a', 'b'])
    expect(vocabulary.decode([3, 2, 4])).toEqual(['a'])
    expect(vocabulary.decode(values.slice(0), { specials: true })).toEqual([
      '<start>',
      'a',
      'b',
      '<end>',
      '<pad>',
      '<pad>',
    ])
  })

  test('takes a text that spells a special for nothing special', () => {
    const vocabulary = Vocabulary.of([['<pad>', '<pad>', '<end>', '__proto__']], { specials: ['pad', 'end'] })
    const indices = vocabulary.encode(['<end>', '<pad>', '__proto__'])
    expect(Math.min(...indices)).toBe(2)
    expect(vocabulary.decode(indices)).toEqual(['<end>', '<pad>', '__proto__'])
  })

  test('does not change with the list that it was made of', () => {
    const symbols = ['a', 'b']
    const vocabulary = new Vocabulary(symbols)
    symbols[0] = 'c'
    expect(vocabulary.decode(vocabulary.encode('ab'))).toEqual(['a', 'b'])
  })

  test('comes back from its state, through JSON', () => {
    const vocabulary = Vocabulary.of(['häß€😀'], { specials: ['unknown'] })
    const copy = Vocabulary.fromState(JSON.parse(JSON.stringify(vocabulary.state)))
    expect(copy.state).toEqual(vocabulary.state)
    expect(copy.encode('😀?')).toEqual(vocabulary.encode('😀?'))
  })
})

describe('words', () => {
  test('are words and punctuation marks', () => {
    expect(words('It’s 3 o’clock!')).toEqual(['It’s', '3', 'o’clock', '!'])
    expect(words('  Ünïcode,\tне\n日本 ...')).toEqual(['Ünïcode', ',', 'не', '日本', '.', '.', '.'])
    expect(words("'quoted' 😀 a_b")).toEqual(["'", 'quoted', "'", '😀', 'a', '_', 'b'])
    expect(words('')).toEqual([])
  })

  test('leave out nothing but white space', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (text) => {
        expect(words(text).join('')).toBe(text.replace(/\s+/g, ''))
      }),
      examples(50),
    ))
})

const closed = new Vocabulary(['a'], [])
expectRefusals([
  ['the words of nothing', () => words(wrong()), /^words: wants a text, got undefined$/],
  ['no texts', () => Vocabulary.of(wrong()), /^Vocabulary.of: wants texts to be a list, got undefined$/],
  ['one text', () => Vocabulary.of('ab'), /^Vocabulary.of: wants a list of texts, got one text/],
  [
    'a number as a text',
    () => Vocabulary.of(wrong([1])),
    /^Vocabulary.of: wants a text to be a list, got 1$/,
  ],
  [
    'texts of nothing',
    () => Vocabulary.of(['', '']),
    /^Vocabulary.of: the texts have no symbol that stands there at all$/,
  ],
  [
    'texts too short',
    () => Vocabulary.of(['ab'], { minCount: 2 }),
    /^Vocabulary.of: the texts have no symbol that stands there 2 times$/,
  ],
  [
    'symbols that are numbers',
    () => Vocabulary.of(wrong([[1]])),
    /^Vocabulary: wants symbols that are strings, got 1 at 0$/,
  ],
  [
    'no count',
    () => Vocabulary.of(['a'], { minCount: 0 }),
    /^Vocabulary.of: minCount is a positive integer, got 0$/,
  ],
  [
    'no symbols',
    () => Vocabulary.of(['a'], { maxSymbols: 0 }),
    /^Vocabulary.of: maxSymbols is a positive integer, got 0$/,
  ],
  [
    'a stranger',
    () => new Vocabulary(['a'], [wrong('mask')]),
    /^Vocabulary: specials are of pad, unknown, start, end; got "mask"$/,
  ],
  ['a symbol twice', () => new Vocabulary(['a', 'a']), /^Vocabulary: a symbol stands twice$/],
  [
    'no state',
    () => Vocabulary.fromState(wrong(['a'])),
    /^Vocabulary.fromState: wants \{ specials, symbols \}, got an array$/,
  ],
  [
    'unknown symbols',
    () => closed.encode('abcb'),
    /^Vocabulary.encode: does not know "b", "c", and has no special unknown$/,
  ],
  [
    'many of them',
    () => closed.encode('bcdefghijklmn'),
    /^Vocabulary.encode: does not know "b", .*"k" and others, and/,
  ],
  ['an unknown symbol', () => closed.indexOf('b'), /^Vocabulary: does not know "b"$/],
  [
    'no start',
    () => closed.encode('a', { start: true }),
    /^Vocabulary.encode: there is no start among the specials$/,
  ],
  [
    'no end',
    () => closed.encode('a', { end: true }),
    /^Vocabulary.encode: there is no end among the specials$/,
  ],
  ['no text', () => closed.encode(wrong(1)), /^Vocabulary.encode: wants a text to be a list, got 1$/],
  [
    'an index too large',
    () => closed.decode([1]),
    /^Vocabulary.decode: index 1 is out of range \(want 0 … 0\)$/,
  ],
  [
    'float indices',
    () => closed.decode(tensor([0])),
    /^Vocabulary.decode: wants indices as int32 \[T\], got float32 \[1\]$/,
  ],
])
