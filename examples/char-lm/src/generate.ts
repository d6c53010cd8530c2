import { compile, sample } from '@unroll/rnn'
import { Random } from '@unroll/tensor'
import type { SampleOptions } from './cli.js'
import type { CharModel } from './model.js'
import type { Vocabulary } from './text/vocabulary.js'

export interface GenerateOptions extends Omit<SampleOptions, 'seed'> {
  /** What the model reads before it writes; at least one character. */
  prompt: string
  /** The number of characters to write. */
  length: number
  /** 1 writes with the model's own probabilities; less is more careful, 0 always takes the likeliest character. */
  temperature: number
  random: Random
}

/**
 * Options as they were given, made ready for a model.
 * @throws UnrollError when the prompt has characters that the model does not know.
 */
export function generateOptions(
  { prompt, seed, ...rest }: SampleOptions,
  vocabulary: Vocabulary,
): GenerateOptions {
  const start = prompt?.normalize('NFC') ?? (vocabulary.has('\n') ? '\n' : vocabulary.characters[0])
  vocabulary.encode(start)
  return { ...rest, prompt: start, random: new Random(seed) }
}

/** Writes on from a prompt, a character at a time: each is drawn, and then read as the next input. */
export function* generate(
  model: CharModel,
  vocabulary: Vocabulary,
  { prompt, length, temperature, random }: GenerateOptions,
): Generator<string, void> {
  const session = compile([model.embedding, model.rnn, model.output])
  const [first, ...rest] = vocabulary.encode(prompt)
  let logits = session.step(first)
  for (const character of rest) logits = session.step(character)
  for (let i = 0; i < length; i++) {
    const character = sample(logits, { temperature, rng: random })
    yield vocabulary.characters[character]
    logits = session.step(character)
  }
}
