import { Random } from '@unroll/tensor'
import { describe, expect, it } from 'vitest'
import { generate, generateOptions } from '../src/generate.js'
import { Vocabulary } from '../src/text/vocabulary.js'
import { train } from '../src/train.js'
import { smallRun } from './support.js'

describe('generate', () => {
  const write = (run: ReturnType<typeof smallRun>['run'], temperature: number, seed = 1, prompt = 'the') => {
    const options = { prompt, length: 40, temperature, random: new Random(seed) }
    return [...generate(run.model, run.vocabulary, options)].join('')
  }

  it('writes as many characters as it is asked for, the same ones with the same seed', () => {
    const { run } = smallRun(1)
    expect(write(run, 1)).toHaveLength(40)
    expect(write(run, 1)).toBe(write(run, 1))
    expect(write(run, 1)).not.toBe(write(run, 1, 2))
  })

  it('writes what it has learnt, and reads the prompt first', async () => {
    const { run, training, heldOut } = smallRun(250, { hidden: 24 })
    await train(run, training, { heldOut })
    expect(write(run, 0, 1, 'the rain in ')).toBe('spain stays mainly in the plain.\nthe rai')
    expect(write(run, 0, 1, 'in the ')).toBe('plain.\nthe rain in spain stays mainly in')
  })
})

describe('generateOptions', () => {
  const sample = { length: 5, temperature: 1, seed: 1 }

  it('starts with a new line, or with what the text has', () => {
    expect(generateOptions({ ...sample, prompt: undefined }, Vocabulary.of('a\nb')).prompt).toBe('\n')
    expect(generateOptions({ ...sample, prompt: undefined }, Vocabulary.of('ab')).prompt).toBe('a')
  })

  it('spells the prompt as the text is spelt', () => {
    expect(generateOptions({ ...sample, prompt: 'e\u0301' }, Vocabulary.of('é')).prompt).toBe('é')
  })

  it('refuses characters that the model does not know', () => {
    expect(() => generateOptions({ ...sample, prompt: 'a!' }, Vocabulary.of('ab'))).toThrow('"!"')
  })
})
