import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Vocabulary } from '../src/text/vocabulary.js'

it('gives back what it was given', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const vocabulary = Vocabulary.of(text)
      const numbers = vocabulary.encode(text)
      expect(numbers).toHaveLength([...text].length)
      expect(vocabulary.decode(numbers)).toBe(text)
    }),
  )
})

it('numbers the different characters in the order of their code points', () => {
  const vocabulary = Vocabulary.of('b𝄞a\nab￭')
  expect(vocabulary.characters).toEqual(['\n', 'a', 'b', '￭', '𝄞'])
  expect(vocabulary.size).toBe(5)
  expect([...vocabulary.encode('ab𝄞')]).toEqual([1, 2, 4])
})

it('names each unknown character once', () => {
  expect(() => Vocabulary.of('ab').encode('aXbX\n')).toThrow(/with the character "X", "\\n"$/)
})
